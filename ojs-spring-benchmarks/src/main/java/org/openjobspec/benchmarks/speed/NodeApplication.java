package org.openjobspec.benchmarks.speed;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.sql.DataSource;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A user's application, as a process or in this one. Which handlers it has and what it
 * counts is said by properties {@code bench.*}; everything else is as Spring Boot and the
 * starter have it by default.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(excludeName = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
class NodeApplication {

	/** The type of the jobs of a node that has one handler. */
	static final String TYPE = "bench.job";

	/** The types of the jobs of a node that has several. */
	static final List<String> SLOW_TYPES = List.of("bench.slow.a", "bench.slow.b", "bench.slow.c", "bench.slow.d");

	/**
	 * What a process says when it has started.
	 *
	 * @param port where its server listens; 0 if it has none
	 * @param startMillis how long {@link SpringApplication#run} took
	 */
	record Started(int port, double startMillis) {
	}

	/**
	 * A question to a process.
	 *
	 * @param name {@code memory}
	 */
	record Question(String name) {
	}

	/**
	 * What a process needs.
	 *
	 * @param heapBytes its heap after a collection of garbage
	 * @param threads how many threads it has
	 */
	record Memory(long heapBytes, int threads) {
	}

	/**
	 * Runs the application until the harness cuts the line.
	 * @param arguments its arguments
	 * @throws IOException if the harness is gone
	 */
	public static void main(String[] arguments) throws IOException {
		long start = System.nanoTime();
		ConfigurableApplicationContext context = SpringApplication.run(NodeApplication.class, arguments);
		double took = (System.nanoTime() - start) / 1e6;
		try (context; ParentLink parent = ParentLink.open(arguments)) {
			int port = context.getEnvironment().getProperty("local.server.port", Integer.class, 0);
			parent.tell(new Started(port, took));
			while (parent.next(Question.class) != null) {
				parent.tell(memory());
			}
		}
	}

	// Several collections, since the first may only find what the next can free.
	private static Memory memory() {
		MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
		long smallest = Long.MAX_VALUE;
		for (int i = 0; i < 5; i++) {
			System.gc();
			smallest = Math.min(smallest, memory.getHeapMemoryUsage().getUsed());
		}
		return new Memory(smallest, ManagementFactory.getThreadMXBean().getThreadCount());
	}

	/**
	 * Starts a node in this process, that shares nothing with others but the database.
	 * @param database the database
	 * @param properties further properties
	 * @return the running node
	 */
	static ConfigurableApplicationContext start(Database database, String... properties) {
		SpringApplication application = new SpringApplication(NodeApplication.class);
		application.setRegisterShutdownHook(false);
		return application.run(arguments(database, properties).toArray(String[]::new));
	}

	/**
	 * Returns a node's command line.
	 * @param database the database
	 * @param properties further properties
	 * @return the arguments
	 */
	static List<String> arguments(Database database, String... properties) {
		List<String> arguments = new ArrayList<>(database.springArguments());
		arguments.addAll(List.of("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
				"--spring.jmx.enabled=false"));
		Arrays.stream(properties).map((property) -> "--" + property).forEach(arguments::add);
		return arguments;
	}

	@Bean
	@ConditionalOnProperty(name = "bench.handler", havingValue = "stamp")
	Stamp stamp() {
		return new Stamp();
	}

	@Bean
	@ConditionalOnProperty(name = "bench.handler", havingValue = "noop")
	Noop noop() {
		return new Noop();
	}

	@Bean
	@ConditionalOnProperty(name = "bench.handler", havingValue = "slow")
	Slow slow() {
		return new Slow();
	}

	@Bean
	@ConditionalOnBooleanProperty("bench.connect")
	ApplicationRunner connect(JdbcTemplate jdbc) {
		return (arguments) -> jdbc.execute("SELECT 1");
	}

	@Bean
	@ConditionalOnBooleanProperty("bench.counting")
	static BeanPostProcessor countingDataSource() {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return (bean instanceof DataSource dataSource) ? new CountingDataSource(dataSource) : bean;
			}

		};
	}

	/** Says when it was started, as its result. */
	static final class Stamp {

		@OjsHandler(type = TYPE, queue = "${bench.queue:default}")
		long run() {
			return micros();
		}

	}

	/** Does nothing. */
	static final class Noop {

		@OjsHandler(type = TYPE, queue = "${bench.queue:default}")
		void run() {
		}

	}

	/** Four handlers that share the worker's slots and keep them for a while. */
	static final class Slow {

		@OjsHandler("bench.slow.a")
		void a(long millis) throws InterruptedException {
			Thread.sleep(millis);
		}

		@OjsHandler("bench.slow.b")
		void b(long millis) throws InterruptedException {
			Thread.sleep(millis);
		}

		@OjsHandler("bench.slow.c")
		void c(long millis) throws InterruptedException {
			Thread.sleep(millis);
		}

		@OjsHandler("bench.slow.d")
		void d(long millis) throws InterruptedException {
			Thread.sleep(millis);
		}

	}

	/**
	 * The time on the clock that all processes of a machine share.
	 * @return microseconds since 1970
	 */
	static long micros() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

}
