package org.openjobspec.boot.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The DataSource that holds the jobs.
 *
 * @param dataSource the DataSource
 */
record OjsDatabase(DataSource dataSource) {

	/**
	 * Takes the marked DataSource, else the primary or only one.
	 * @param marked those with {@link OjsDataSource}
	 * @param all all of them
	 * @param beans names them when there is no choice to be made
	 * @return the database
	 * @throws OjsDataSourceException if there is none, or it cannot be told which
	 */
	static OjsDatabase choose(ObjectProvider<DataSource> marked, ObjectProvider<DataSource> all,
			ListableBeanFactory beans) {
		DataSource dataSource = marked.getIfUnique();
		if (dataSource == null && marked.stream().findAny().isEmpty()) {
			dataSource = all.getIfUnique();
		}
		if (dataSource == null) {
			throw new OjsDataSourceException(List.of(beans.getBeanNamesForType(DataSource.class)));
		}
		return new OjsDatabase(dataSource);
	}

}
