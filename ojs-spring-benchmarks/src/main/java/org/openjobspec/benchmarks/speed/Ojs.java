package org.openjobspec.benchmarks.speed;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * This library, in a Spring Boot application as anybody would have it: everything
 * auto-configured, a pool of 10 connections, one handler that is not transactional.
 */
final class Ojs implements Contender {

	static final String TYPE = "benchmark.job";

	private final @Nullable SqlObserver observer;

	private @Nullable ConfigurableApplicationContext context;

	private @Nullable OjsWorker worker;

	private @Nullable Work work;

	Ojs() {
		this(null);
	}

	/**
	 * Creates a contender whose statements are observed, which is not one to be timed.
	 * @param observer is told of every statement that goes through the pool
	 */
	Ojs(@Nullable SqlObserver observer) {
		this.observer = observer;
	}

	@Override
	public String settings() {
		return Jar.of(OjsTemplate.class) + ": everything as Spring Boot and the library have it by default, such as "
				+ "10 connections; the handler is not transactional";
	}

	@Override
	public void prepare(Database database, Workload workload) {
		Work prepared = new Work(workload.duration());
		this.work = prepared;
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setBannerMode(Banner.Mode.OFF);
		application.setRegisterShutdownHook(false);
		application.setLogStartupInfo(false);
		application.addInitializers((starting) -> {
			starting.getBeanFactory().registerSingleton("work", prepared);
			SqlObserver observing = this.observer;
			if (observing != null) {
				starting.getBeanFactory().addBeanPostProcessor(new Observing(observing));
			}
		});
		List<String> arguments = new ArrayList<>(database.springArguments());
		// There are no migrations of the application's own, of which Flyway would warn.
		arguments.add("--spring.flyway.enabled=false");
		if (workload.concurrency() > 0) {
			arguments.add("--ojs.worker.concurrency=" + workload.concurrency());
		}
		this.context = application.run(arguments.toArray(String[]::new));
		this.worker = bean(OjsWorker.class);
		// It has started with the application, on an empty database.
		stop();
	}

	@Override
	public void enqueueSingly(int jobs, int producers) throws Exception {
		OjsTemplate template = bean(OjsTemplate.class);
		TransactionTemplate transaction = new TransactionTemplate(bean(PlatformTransactionManager.class));
		Producers.run(jobs, producers,
				(job) -> transaction.executeWithoutResult((status) -> template.enqueue(TYPE, job)));
	}

	@Override
	public void enqueueInBatches(int jobs, int size) {
		for (int from = 0; from < jobs; from += size) {
			enqueueBatch(from, Math.min(size, jobs - from));
		}
	}

	void enqueueBatch(int from, int size) {
		OjsTemplate template = bean(OjsTemplate.class);
		List<JobRequest> batch = new ArrayList<>(size);
		for (int job = from; job < from + size; job++) {
			batch.add(template.request(TYPE).args(job).toRequest());
		}
		template.enqueueAll(batch);
	}

	@Override
	public void start() {
		worker().start();
	}

	// What a handler has returned is not written yet.
	@Override
	public long finished() {
		return work().done() - worker().unwritten();
	}

	@Override
	public void stop() {
		worker().stop();
	}

	@Override
	public long firstAt() {
		return work().firstAt();
	}

	@Override
	public String unfinishedQuery() {
		return "SELECT EXISTS (SELECT FROM ojs.ready)";
	}

	@Override
	public String waitingQuery() {
		return "SELECT count(*) FROM ojs.ready";
	}

	@Override
	public String completedQuery() {
		return "SELECT count(*) FROM ojs.outcome WHERE state = 4";
	}

	private <T> T bean(Class<T> type) {
		return Objects.requireNonNull(this.context, "not prepared").getBean(type);
	}

	private OjsWorker worker() {
		return Objects.requireNonNull(this.worker, "not prepared");
	}

	private Work work() {
		return Objects.requireNonNull(this.work, "not prepared");
	}

	@Override
	public void close() {
		ConfigurableApplicationContext closed = this.context;
		this.context = null;
		if (closed != null) {
			closed.close();
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Handler handler(Work work) {
			return new Handler(work);
		}

	}

	/**
	 * What is run.
	 */
	static final class Handler {

		private final Work work;

		Handler(Work work) {
			this.work = work;
		}

		@OjsHandler(TYPE)
		void run(int job) throws InterruptedException {
			this.work.run();
		}

	}

	private record Observing(SqlObserver observer) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String name) {
			return (bean instanceof DataSource dataSource) ? this.observer.observe(dataSource) : bean;
		}

	}

}
