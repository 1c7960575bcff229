package org.openjobspec.boot.checks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.JobRequest;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A node: an application of a user in this process, on a database that others may share.
 */
final class Node implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Node(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts a node with a server of its own.
	 * @param source the application
	 * @param database the database
	 * @param properties further properties
	 * @return the running node
	 */
	static Node web(Class<?> source, Database database, String... properties) {
		return start(source, WebApplicationType.SERVLET, arguments(database, properties));
	}

	/**
	 * Starts a node without a server.
	 * @param source the application
	 * @param database the database
	 * @param properties further properties
	 * @return the running node
	 */
	static Node plain(Class<?> source, Database database, String... properties) {
		return start(source, WebApplicationType.NONE, arguments(database, properties));
	}

	/**
	 * Returns a node's command line.
	 * @param database the database
	 * @param properties further properties
	 * @return the arguments
	 */
	static List<String> arguments(Database database, String... properties) {
		List<String> arguments = new ArrayList<>();
		database.springProperties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
		arguments.addAll(List.of("--server.port=0", "--server.address=127.0.0.1"));
		arguments.add("--spring.main.banner-mode=off");
		arguments.add("--spring.jpa.open-in-view=false");
		arguments.add("--logging.level.org.openjobspec=info");
		Arrays.stream(properties).map((property) -> "--" + property).forEach(arguments::add);
		return arguments;
	}

	private static Node start(Class<?> source, WebApplicationType type, List<String> arguments) {
		SpringApplication application = new SpringApplication(source);
		application.setWebApplicationType(type);
		application.setRegisterShutdownHook(false);
		return new Node(application.run(arguments.toArray(String[]::new)));
	}

	/**
	 * Enqueues jobs without arguments.
	 * @param type their type
	 * @param count how many
	 */
	void enqueue(String type, int count) {
		AtomicInteger number = new AtomicInteger();
		for (int left = count; left > 0; left -= 1000) {
			bean(OjsTemplate.class).enqueueAll(IntStream.range(0, Math.min(left, 1000))
				.mapToObj((i) -> JobRequest.of(type).args("[" + number.incrementAndGet() + "]").build())
				.toList());
		}
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	boolean isRunning() {
		return this.context.isActive();
	}

	int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	@Override
	public void close() {
		this.context.close();
	}

}
