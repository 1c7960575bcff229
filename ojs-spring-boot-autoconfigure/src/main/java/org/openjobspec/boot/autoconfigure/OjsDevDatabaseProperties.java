package org.openjobspec.boot.autoconfigure;

import java.io.File;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The PostgreSQL that is started for development when no database is configured.
 *
 * @param enabled Whether to start an embedded PostgreSQL when it is on the classpath and
 * no DataSource, URL, JNDI name or connection details are configured.
 * @param dataDirectory Folder in which the server keeps its data and log. Created when
 * missing; the data survives restarts. Without it the data is temporary and removed on
 * shutdown.
 * @param port Port on which the server listens on localhost; 0 takes a free one.
 */
@ConfigurationProperties("ojs.dev-database")
record OjsDevDatabaseProperties(@DefaultValue("true") boolean enabled, @Nullable File dataDirectory,
		@DefaultValue("0") int port) {

}
