package org.openjobspec.boot.autoconfigure;

import java.util.Set;

import org.openjobspec.boot.store.StoreFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector;

/**
 * Makes the store wait for the host's migrations where they bring its tables, and only
 * there: migrations that enqueue jobs would wait for themselves.
 */
final class OjsDependsOnDatabaseInitializationDetector implements DependsOnDatabaseInitializationDetector {

	@Override
	public Set<String> detect(ConfigurableListableBeanFactory beanFactory) {
		boolean ours = beanFactory.getBeanNamesForType(OjsSchemaInitializer.class, true, false).length > 0;
		return ours ? Set.of() : Set.of(beanFactory.getBeanNamesForType(StoreFactory.class, true, false));
	}

}
