package org.openjobspec.boot.conformance;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.openjobspec.boot.TestDatabase;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The real application, several times in this JVM, each on a database of its own.
 */
final class BootedServers implements AutoCloseable {

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	BootedServers(int count) {
		try {
			for (int i = 0; i < count; i++) {
				this.contexts.add(boot(TestDatabase.fresh()));
			}
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	List<URI> addresses() {
		return this.contexts.stream()
			.map((context) -> context.getEnvironment().getRequiredProperty("local.server.port"))
			.map((port) -> URI.create("http://localhost:" + port))
			.toList();
	}

	@Override
	public void close() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
	}

	private static ConfigurableApplicationContext boot(TestDatabase.Database database) {
		Stream<String> properties = Stream.concat(Stream.of(database.properties()),
				Stream.of("server.port=0", "ojs.conformance.enabled=true", "spring.main.banner-mode=off"));
		return new SpringApplicationBuilder(ConformanceApplication.class).web(WebApplicationType.SERVLET)
			.run(properties.map((property) -> "--" + property).toArray(String[]::new));
	}

}
