package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.TypeDefaults;
import org.openjobspec.boot.worker.ExecutionInterceptor;
import org.openjobspec.boot.worker.ExecutionObserver;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.openjobspec.boot.worker.OjsWorker;
import org.openjobspec.boot.worker.WorkerExtensions;
import org.openjobspec.boot.worker.WorkerListener;
import org.openjobspec.boot.worker.WorkerSettings;
import org.openjobspec.boot.worker.WorkerSettingsCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * {@link AutoConfiguration Auto-configuration} for the worker that runs the handlers of
 * this application.
 */
@AutoConfiguration(after = OjsAutoConfiguration.class)
@ConditionalOnBean(JobEngine.class)
@ConditionalOnBooleanProperty(name = "ojs.worker.enabled", matchIfMissing = true)
public final class OjsWorkerAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorkerAutoConfiguration.class);

	OjsWorkerAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	OjsWorker ojsWorker(JobEngine engine, HandlerRegistry handlers, OjsProperties properties,
			ObjectProvider<WorkerSettingsCustomizer> customizers, ObjectProvider<ExecutionInterceptor> interceptors,
			ObjectProvider<WorkerListener> listeners,
			@OjsTransactionManager ObjectProvider<PlatformTransactionManager> marked,
			ObjectProvider<PlatformTransactionManager> all, ObjectProvider<TaskDecorator> decorators,
			ObjectProvider<ExecutionObserver> observer, ObjectProvider<LifecycleProperties> lifecycle,
			SchemaGate gate) {
		WorkerSettings settings = properties.workerSettings();
		for (WorkerSettingsCustomizer customizer : customizers.orderedStream().toList()) {
			settings = customizer.customize(settings);
		}
		warnOfShortPhase(settings.shutdownGrace(),
				lifecycle.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase());
		OjsWorker worker = new OjsWorker(engine, handlers, settings,
				new WorkerExtensions(interceptors.orderedStream().toList(), listeners.orderedStream().toList(),
						transactionManager(marked, all),
						properties.worker().taskDecorators() ? decorator(decorators.orderedStream().toList()) : null,
						observer.getIfAvailable()));
		worker.startWith(gate);
		return worker;
	}

	// As Spring Boot does for its own executors.
	private static @Nullable TaskDecorator decorator(List<TaskDecorator> decorators) {
		if (decorators.size() > 1) {
			return new CompositeTaskDecorator(decorators);
		}
		return decorators.isEmpty() ? null : decorators.get(0);
	}

	@Bean
	@ConditionalOnProperty("ojs.worker.quiet-signal")
	QuietSignal ojsQuietSignal(OjsWorker worker, OjsProperties properties) {
		return new QuietSignal(properties.worker().quietSignal(), worker::quiet);
	}

	private static @Nullable PlatformTransactionManager transactionManager(
			ObjectProvider<PlatformTransactionManager> marked, ObjectProvider<PlatformTransactionManager> all) {
		PlatformTransactionManager chosen = marked.getIfUnique();
		return (chosen != null) ? chosen : all.getIfUnique();
	}

	private static void warnOfShortPhase(Duration grace, Duration phase) {
		if (grace.compareTo(phase) >= 0) {
			logger.warn(
					"Handlers may be cut off when the application stops: 'ojs.worker.shutdown-grace' ({}) should be shorter than 'spring.lifecycle.timeout-per-shutdown-phase' ({})",
					OjsProperties.text(grace), OjsProperties.text(phase));
		}
	}

	@Bean
	@Order(2)
	StartupNote ojsWorkerNote(OjsWorker worker, HandlerRegistry handlers) {
		return () -> {
			int number = handlers.types().size();
			return (number == 0) ? "no handlers" : "%d %s on queues %s with concurrency %d".formatted(number,
					(number == 1) ? "handler" : "handlers", queues(worker, handlers), worker.settings().concurrency());
		};
	}

	/**
	 * Where the worker looks for jobs.
	 * @return the configured queues, then those that handlers name
	 */
	static Set<String> queues(OjsWorker worker, HandlerRegistry handlers) {
		Set<String> queues = new LinkedHashSet<>(worker.settings().queues());
		for (String type : handlers.types()) {
			TypeDefaults defaults = handlers.defaults(type);
			if (defaults != null) {
				queues.add(defaults.queue());
			}
		}
		return queues;
	}

}
