package org.openjobspec.boot.test;

import org.openjobspec.boot.autoconfigure.OjsAutoConfiguration;
import org.openjobspec.boot.autoconfigure.OjsHandlerConfiguration;
import org.openjobspec.boot.autoconfigure.OjsJsonMapper;
import org.openjobspec.boot.autoconfigure.OjsTransactionManager;
import org.openjobspec.boot.autoconfigure.OjsWorkerAutoConfiguration;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.test.AutoConfigureOjsTest.Clear;
import org.openjobspec.boot.worker.OjsWorker;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * {@link AutoConfiguration Auto-configuration} for tests that decide when jobs run;
 * {@link AutoConfigureOjsTest} imports it.
 */
@AutoConfiguration(after = { OjsAutoConfiguration.class, OjsWorkerAutoConfiguration.class })
@ConditionalOnBean(JobEngine.class)
public final class OjsTestAutoConfiguration {

	OjsTestAutoConfiguration() {
	}

	@Bean
	static NothingInTheBackground ojsNothingInTheBackground(Environment environment) {
		return new NothingInTheBackground(mode(environment) != JobMode.BACKGROUND);
	}

	@Bean
	@ConditionalOnMissingBean
	OjsJobs ojsJobs(JobEngine engine, ObjectProvider<OjsWorker> worker,
			@OjsJsonMapper ObjectProvider<JsonMapper> marked, ObjectProvider<JsonMapper> all, Environment environment) {
		JsonMapper mapper = OjsHandlerConfiguration.mapper(marked, all);
		Clear clear = Binder.get(environment).bind("ojs.test.clear", Clear.class).orElse(Clear.TEST_DATABASE);
		return new OjsJobs(new EngineBench(engine, worker.getIfAvailable(), new Cleaning(engine, clear)), mapper);
	}

	@Bean
	InlineRuns ojsInlineRuns(JobEngine engine, OjsJobs jobs,
			@OjsTransactionManager ObjectProvider<PlatformTransactionManager> marked,
			ObjectProvider<PlatformTransactionManager> all, Environment environment) {
		PlatformTransactionManager chosen = marked.getIfUnique();
		InlineRuns runs = new InlineRuns(engine, jobs, (chosen != null) ? chosen : all.getIfUnique());
		if (mode(environment) == JobMode.INLINE) {
			engine.onEvent(runs::happened);
		}
		return runs;
	}

	private static JobMode mode(Environment environment) {
		return Binder.get(environment).bind("ojs.test.mode", JobMode.class).orElse(JobMode.DRAIN);
	}

}
