package org.openjobspec.boot.test;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.aop.ObservedAspect;
import jakarta.validation.ConstraintViolationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.test.NeighbourHandlers.Address;
import org.openjobspec.boot.worker.ExecutionInterceptor;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.concurrent.DelegatingSecurityContextCallable;
import org.springframework.security.concurrent.DelegatingSecurityContextRunnable;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * What Spring's neighbours do around methods they do around handlers, whatever kind of
 * proxy does it.
 */
@SpringBootTest(classes = NeighboursContract.Application.class)
@AutoConfigureOjsTest
abstract class NeighboursContract {

	@Autowired
	OjsJobs ojs;

	@Autowired
	OjsTemplate jobs;

	@Autowired
	ApplicationContext context;

	@Autowired
	Recorder recorder;

	@BeforeEach
	void forget() {
		this.recorder.heard.clear();
	}

	@AfterEach
	void nothingOfTheContextsIsLeftOnTheThread() {
		assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
	}

	abstract boolean proxiesClasses();

	Job ran(String type, Object... args) {
		Job job = this.jobs.enqueue(type, args);
		this.ojs.drain();
		return this.ojs.get(job);
	}

	static JobError error(Job job) {
		return Objects.requireNonNull(job.lastFailure(), job::toString).error();
	}

	@Test
	void theHandlersAreProxiedAsThisTestWantsThem() {
		for (Class<?> type : List.of(NeighbourHandlers.Retrying.class, NeighbourHandlers.Watched.class,
				NeighbourHandlers.Registration.class, NeighbourHandlers.Vault.class)) {
			Object handlers = this.context.getBean(type);
			assertThat(AopUtils.isCglibProxy(handlers)).as(type.getName()).isEqualTo(proxiesClasses());
			assertThat(AopUtils.isJdkDynamicProxy(handlers)).as(type.getName()).isEqualTo(!proxiesClasses());
		}
	}

	@Test
	void aRetryableHandlerIsRepeatedWithinItsAttempt() {
		Job job = ran("partner.call");
		assertThat(this.ojs).job(job).isCompleted().hasAttempts(1).hasResult(3);
	}

	@Test
	void anObservedHandlerIsObserved() {
		assertThat(this.ojs).job(ran("stock.watch", false)).isCompleted();
		assertThat(this.ojs).job(ran("stock.watch", true)).isDiscarded().hasFailedWith(IllegalStateException.class);
		assertThat(this.recorder.heard).containsExactly("decorator 2", "decorator 1", "stock.watch null", "decorator 2",
				"decorator 1", "stock.watch sold out");
	}

	@Test
	void constraintsOnParametersThatAreMetLetAHandlerRun() {
		assertThat(this.ojs).job(ran("person.register", "Ada", new Address("12345"), List.of("a")))
			.isCompleted()
			.hasResult("Ada12345[a]");
	}

	@Test
	void constraintsOnParametersThatAreBrokenMakeInvalidArguments() {
		Job job = ran("person.register", " ", new Address("12345"), List.of());
		assertThat(this.ojs).job(job).isDiscarded().hasAttempts(1);
		assertThat(error(job).code()).isEqualTo("invalid_args");
		assertThat(error(job).message()).isEqualTo("Argument for parameter 'name' (java.lang.String) breaks @NotBlank");
	}

	@Test
	void brokenConstraintsWithinAnArgumentAreNamedWithoutTheirValue() {
		Job job = ran("person.register", "Ada", new Address("secret"), List.of("a", "b", "hidden"));
		assertThat(error(job).code()).isEqualTo("invalid_args");
		assertThat(error(job).message()).contains("parameter 'address'", "@Pattern", " at zip")
			.contains("parameter 'tags'", "@Size")
			.doesNotContain("secret", "hidden");
	}

	@Test
	void brokenConstraintsOnElementsAreInvalidArgumentsToo() {
		Job job = ran("person.register", "Ada", new Address("12345"), List.of("a", " "));
		assertThat(error(job).code()).isEqualTo("invalid_args");
		assertThat(error(job).message()).contains("parameter 'tags'", "@NotBlank");
	}

	@Test
	void constraintsThatAreBrokenDeeperDownAreFailures() {
		Job job = ran("person.deeper", " ");
		assertThat(this.ojs).job(job).isRetryable();
		assertThat(error(job).type()).isEqualTo(violation().getName());
	}

	@Test
	void aResultThatBreaksItsConstraintIsAFailure() {
		Job job = ran("person.shorten", "Ada");
		assertThat(this.ojs).job(job).isRetryable();
		assertThat(error(job).type()).isEqualTo(violation().getName());
	}

	Class<? extends Exception> violation() {
		return ConstraintViolationException.class;
	}

	@Test
	void aSecuredHandlerRunsAsWhomTheDecoratorSays() {
		assertThat(this.ojs).job(ran("vault.open")).isCompleted().hasResult("jobs");
	}

	@Test
	void aSecuredHandlerRunsAsWhomAnInterceptorSays() {
		Job job = this.jobs.request("vault.empty").meta("user", "ada").enqueue();
		this.ojs.drain();
		assertThat(this.ojs).job(job).isCompleted().hasResult("ada");
	}

	@Test
	void aSecuredHandlerThatMayNotRunFails() {
		assertThat(this.ojs).job(ran("vault.empty")).isRetryable().hasFailedWith(AuthorizationDeniedException.class);
	}

	@Test
	void decoratorsAreComposedAsSpringBootDoes_outsideOfTheTransaction() {
		Job job = ran("ledger.enter");
		assertThat(this.ojs).job(job).isCompleted().hasResult(true);
		assertThat(job.state()).isEqualTo(JobState.COMPLETED);
		assertThat(this.recorder.heard).containsExactly("decorator 2", "decorator 1");
	}

	static final class Recorder {

		final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

	}

	// No bean, which Spring Boot would add to the registry once more.
	private record Observer(Recorder recorder) implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			Throwable error = context.getError();
			this.recorder.heard.add(context.getName() + " " + ((error != null) ? error.getMessage() : null));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return "stock.watch".equals(context.getName());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableResilientMethods
	@EnableMethodSecurity
	@Import({ Somebody.class, Recorder.class, NeighbourHandlers.RetryingHandlers.class,
			NeighbourHandlers.ObservedHandlers.class, NeighbourHandlers.ValidatedHandlers.class,
			NeighbourHandlers.Register.class, NeighbourHandlers.SecuredHandlers.class,
			NeighbourHandlers.TransactionalHandlers.class })
	static class Application {

		@Bean
		JdbcConnectionDetails connection() {
			return new ShopApplication().connection();
		}

		@Bean
		ObservationRegistry observations(Recorder recorder) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new Observer(recorder));
			return registry;
		}

		@Bean
		ObservedAspect observedAspect(ObservationRegistry registry) {
			return new ObservedAspect(registry);
		}

		@Bean
		ExecutionInterceptor asTheUserOfTheJob(JsonMapper mapper) {
			return (context, next) -> {
				String user = mapper.readTree(context.job().meta()).path("user").asString("");
				if (user.isEmpty()) {
					return next.proceed();
				}
				SecurityContext owner = new SecurityContextImpl(UsernamePasswordAuthenticationToken.authenticated(user,
						null, AuthorityUtils.createAuthorityList("ROLE_OWNER")));
				return new DelegatingSecurityContextCallable<>(next::proceed, owner).call();
			};
		}

		@Bean
		@Order(1)
		TaskDecorator first(Recorder recorder) {
			return recording(recorder, "decorator 1");
		}

		@Bean
		@Order(2)
		TaskDecorator second(Recorder recorder) {
			return recording(recorder, "decorator 2");
		}

		private static TaskDecorator recording(Recorder recorder, String text) {
			return (task) -> () -> {
				if (!TransactionSynchronizationManager.isActualTransactionActive()) {
					recorder.heard.add(text);
				}
				task.run();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "jobs.secured", matchIfMissing = true)
	static class Somebody {

		@Bean
		TaskDecorator asTheJobs() {
			SecurityContext jobs = new SecurityContextImpl(UsernamePasswordAuthenticationToken.authenticated("jobs",
					null, AuthorityUtils.createAuthorityList("ROLE_JOBS")));
			return (task) -> new DelegatingSecurityContextRunnable(task, jobs);
		}

	}

}
