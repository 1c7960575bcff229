package org.openjobspec.boot.autoconfigure;

import java.time.Duration;

import javax.sql.DataSource;

import org.openjobspec.boot.autoconfigure.OjsProperties.Wakeup;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.EnqueueInterceptor;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.observe.OjsObservations;
import org.openjobspec.boot.observe.OjsPulse;
import org.openjobspec.boot.store.StoreFactory;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.openjobspec.boot.worker.OjsWorker;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * {@link AutoConfiguration Auto-configuration} for the engine of an Open Job Spec
 * backend. Fails, rather than backs off, when it finds no database: an application that
 * has the starter wants the backend, unless it sets {@code ojs.enabled=false}.
 */
@AutoConfiguration(
		after = { DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
				JacksonAutoConfiguration.class },
		afterName = "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ojs.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OjsProperties.class)
@Import(OjsHandlerConfiguration.class)
public final class OjsAutoConfiguration {

	OjsAutoConfiguration() {
	}

	@Bean
	OjsDatabase ojsDatabase(@OjsDataSource ObjectProvider<DataSource> marked, ObjectProvider<DataSource> all,
			ListableBeanFactory beans) {
		return OjsDatabase.choose(marked, all, beans);
	}

	@Bean
	StoreFactory ojsStore(OjsDatabase database, OjsProperties properties, ObjectProvider<OjsSchemaInitializer> schema) {
		// Not left to the detectors alone, which also put the host's Flyway before us.
		schema.ifAvailable((initializer) -> {
		});
		Wakeup wakeup = properties.wakeup();
		OwnConnections.requireJdbc(wakeup);
		DataSource dataSource = database.dataSource();
		return new StoreFactory(dataSource, () -> OwnConnections.toListen(dataSource, wakeup),
				() -> OwnConnections.besidePool(dataSource, wakeup));
	}

	@Bean
	@ConditionalOnMissingBean
	JobEngine ojsEngine(StoreFactory store, OjsProperties properties, ObjectProvider<EnqueueInterceptor> interceptors,
			HandlerRegistry handlers, ApplicationEventPublisher publisher) {
		JobEngine engine = new JobEngine(store::create, properties.engineSettings(),
				interceptors.orderedStream().toList(), handlers::defaults);
		engine.onEvent(new JobEventPublisher(publisher));
		return engine;
	}

	@Bean
	@ConditionalOnMissingBean
	OjsTemplate ojsTemplate(JobEngine engine, @OjsJsonMapper ObjectProvider<JsonMapper> marked,
			ObjectProvider<JsonMapper> all) {
		return new OjsTemplate(engine, OjsHandlerConfiguration.mapper(marked, all));
	}

	// What it knows, both health and meters show.
	@Bean
	OjsPulse ojsPulse(JobEngine engine) {
		return new OjsPulse(engine);
	}

	@Bean
	SchemaGate ojsSchemaGate() {
		return new SchemaGate();
	}

	@Bean
	@Order(4)
	EngineLifecycle ojsEngineLifecycle(JobEngine engine, HandlerRegistry handlers, SchemaGate gate,
			ConfigurableEnvironment environment) {
		String application = environment.getProperty("spring.application.name", "");
		return new EngineLifecycle(engine, handlers, QueueProperties.read(environment),
				application.isBlank() ? "application" : application, gate, Duration.ofSeconds(2));
	}

	@Bean
	StartupReport ojsStartupReport(ObjectProvider<StartupNote> notes) {
		return new StartupReport(notes);
	}

	// For all configurations, as far as their types are always there. The HTTP API's
	// mapping looks for clashes when all singletons exist; created later, it would never
	// look.
	@Bean
	static LazyInitializationExcludeFilter ojsLazyInitializationExcludeFilter() {
		LazyInitializationExcludeFilter types = LazyInitializationExcludeFilter.forBeanTypes(OjsSchemaInitializer.class,
				EngineLifecycle.class, StartupReport.class, OjsWorker.class, QuietSignal.class, OjsObservations.class);
		return (name, definition, type) -> OjsWebMvcAutoConfiguration.HANDLER_MAPPING.equals(name)
				|| types.isExcluded(name, definition, type);
	}

}
