package org.openjobspec.boot.test;

import org.openjobspec.boot.autoconfigure.OjsAutoConfiguration;
import org.openjobspec.boot.autoconfigure.OjsHandlerConfiguration;
import org.openjobspec.boot.autoconfigure.OjsJsonMapper;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.EnqueueInterceptor;
import org.openjobspec.boot.worker.HandlerRegistry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link AutoConfiguration Auto-configuration} for tests that only record what is
 * enqueued ({@link JobMode#FAKE}); {@link AutoConfigureOjsTest} imports it.
 */
@AutoConfiguration(before = OjsAutoConfiguration.class, after = JacksonAutoConfiguration.class)
@Import(OjsHandlerConfiguration.class)
@ConditionalOnProperty(name = "ojs.test.mode", havingValue = "fake")
public final class FakeOjsAutoConfiguration {

	FakeOjsAutoConfiguration() {
	}

	@Bean
	FakeBackend ojsFakeBackend(HandlerRegistry handlers, ObjectProvider<EnqueueInterceptor> interceptors) {
		return new FakeBackend(interceptors.orderedStream().toList(), handlers::defaults);
	}

	@Bean
	OjsTemplate ojsTemplate(FakeBackend backend, @OjsJsonMapper ObjectProvider<JsonMapper> marked,
			ObjectProvider<JsonMapper> all) {
		return new OjsTemplate(backend, OjsHandlerConfiguration.mapper(marked, all));
	}

	@Bean
	OjsJobs ojsJobs(FakeBackend backend, @OjsJsonMapper ObjectProvider<JsonMapper> marked,
			ObjectProvider<JsonMapper> all) {
		return new OjsJobs(backend, OjsHandlerConfiguration.mapper(marked, all));
	}

}
