package org.openjobspec.boot.autoconfigure;

import org.openjobspec.boot.worker.HandlerRegistry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The handlers of the application and what {@code ojs.handlers} says of them. Also where
 * the worker is off, or the whole backend in a test: handlers say in which queue their
 * jobs are put.
 */
@Configuration(proxyBeanMethods = false)
public class OjsHandlerConfiguration {

	OjsHandlerConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	HandlerRegistry ojsHandlerRegistry(ConfigurableListableBeanFactory beans, ConfigurableEnvironment environment,
			@OjsJsonMapper ObjectProvider<JsonMapper> marked, ObjectProvider<JsonMapper> all) {
		return new HandlerRegistry(beans, mapper(marked, all), HandlerProperties.read(environment));
	}

	/**
	 * Chooses what reads and writes arguments and results. They are the application's, so
	 * it is what the application uses; what is the specification's is read and written
	 * apart.
	 * @param marked those with {@link OjsJsonMapper}
	 * @param all all of them
	 * @return the one that is marked, otherwise the only one, otherwise one of Jackson's
	 * defaults
	 */
	public static JsonMapper mapper(ObjectProvider<JsonMapper> marked, ObjectProvider<JsonMapper> all) {
		JsonMapper chosen = marked.getIfUnique();
		return (chosen != null) ? chosen : all.getIfUnique(() -> JsonMapper.builder().findAndAddModules().build());
	}

}
