package org.openjobspec.benchmarks.faults;

import java.time.Duration;

import javax.sql.DataSource;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.boot.client.OjsTemplate;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * A node: an application as a user of the library has it.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(excludeName = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
class NodeApplication {

	/**
	 * Runs the node.
	 * @param arguments its properties
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(NodeApplication.class, arguments);
	}

	@Bean
	static BeanPostProcessor sabotage(Environment environment) {
		String label = environment.getProperty("harness.sabotage", "");
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				return (!label.isEmpty() && bean instanceof DataSource dataSource)
						? new SabotagedDataSource(dataSource, Sabotage.of(label)) : bean;
			}

		};
	}

	@Bean
	RunRecorder runRecorder(@Value("${harness.recorder-url}") String url, @Value("${harness.node}") String node) {
		return new RunRecorder(new Database(url, "postgres", ""), node);
	}

	@Bean
	StallWatch stallWatch(RunRecorder recorder, @Value("${harness.stall}") Duration tolerated) {
		return new StallWatch(tolerated, recorder::stalled);
	}

	@Bean
	NodeHandlers nodeHandlers(RunRecorder recorder, JdbcClient jdbc) {
		return new NodeHandlers(recorder, jdbc);
	}

	@Bean
	LoadEndpoints loadEndpoints(OjsTemplate jobs, JdbcClient jdbc, PlatformTransactionManager manager) {
		return new LoadEndpoints(jobs, jdbc, manager);
	}

	@Bean
	NodeEndpoints nodeEndpoints(OjsTemplate jobs, JdbcClient jdbc, DataSource dataSource,
			PlatformTransactionManager manager) {
		return new NodeEndpoints(jobs, jdbc, dataSource, manager);
	}

}
