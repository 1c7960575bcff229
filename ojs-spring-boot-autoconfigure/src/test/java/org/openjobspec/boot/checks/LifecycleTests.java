package org.openjobspec.boot.checks;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.openjobspec.boot.NewThreads;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The worker starts and stops with its application, in whatever way that does.
 */
class LifecycleTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Database database = TestDatabase.fresh();

	private final NewThreads threads = new NewThreads();

	private static String run(ConfigurableApplicationContext context) {
		OjsTemplate jobs = context.getBean(OjsTemplate.class);
		return jobs.await(jobs.enqueue("check.where").id(), String.class, PATIENCE);
	}

	private ConfigurableApplicationContext start(Class<?> application, String... properties) {
		SpringApplication started = new SpringApplication(application);
		started.setRegisterShutdownHook(false);
		return started.run(Node.arguments(this.database, properties).toArray(String[]::new));
	}

	@Test
	void everythingStartsThoughBeansAreLazy() {
		try (ConfigurableApplicationContext context = start(Application.class, "spring.main.lazy-initialization=true",
				"ojs.worker.quiet-signal=TSTP", "ojs.queues.check.max-depth=5")) {
			assertThat(run(context)).isNotEmpty();
			JdbcTemplate sql = new JdbcTemplate(this.database.dataSource());
			await().atMost(PATIENCE)
				.until(() -> sql.queryForList("SELECT name FROM ojs.queue_config", String.class)
					.equals(List.of("check")));
			assertThat(this.threads.names()).contains("ojs-maintenance", "ojs-claim");
			assertThat(context.getBeanFactory().containsSingleton("ojsQuietSignal")).isTrue();
		}
	}

	@Test
	void aPausedContextRunsNoJobs_andGoesOnWhenItIsRestarted() {
		try (ConfigurableApplicationContext context = start(Application.class, "spring.main.web-application-type=none");
				ConfigurableApplicationContext producer = start(Application.class,
						"spring.main.web-application-type=none", "ojs.worker.enabled=false")) {
			OjsTemplate jobs = producer.getBean(OjsTemplate.class);
			for (int i = 0; i < 3; i++) {
				assertThat(run(context)).isNotEmpty();
				context.pause();
				assertThat(context.getBean(OjsWorker.class).isRunning()).isFalse();
				Job waiting = jobs.enqueue("check.where");
				assertThat(this.threads.names()).doesNotContain("ojs-claim");
				assertThat(jobs.get(waiting.id()).orElseThrow().state()).isEqualTo(JobState.AVAILABLE);
				context.restart();
				assertThat(jobs.await(waiting.id(), String.class, PATIENCE)).isNotEmpty();
			}
		}
	}

	@Test
	void aContextMayBeStoppedAndStartedAgain() {
		try (ConfigurableApplicationContext context = start(Application.class,
				"spring.main.web-application-type=none")) {
			for (int i = 0; i < 3; i++) {
				context.stop();
				assertThat(this.threads.names()).doesNotContain("ojs-claim", "ojs-maintenance", "ojs-write");
				context.start();
				assertThat(run(context)).isNotEmpty();
			}
		}
	}

	@Test
	void theWorkerStopsBeforeTheServer_andTheServerBeforeTheEngine() throws Exception {
		ConfigurableApplicationContext context = start(Application.class);
		Handlers handlers = context.getBean(Handlers.class);
		Job job = context.getBean(OjsTemplate.class).enqueue("check.visit");
		assertThat(handlers.visiting.await(30, TimeUnit.SECONDS)).isTrue();
		OjsWorker worker = context.getBean(OjsWorker.class);
		Thread closing = new Thread(context::close);
		closing.start();
		await().atMost(PATIENCE).until(() -> !worker.isRunning());
		handlers.gate.countDown();
		closing.join(PATIENCE.toMillis());

		assertThat(closing.isAlive()).isFalse();
		assertThat(handlers.visited).as("the server answers a handler that runs while the application stops")
			.isEqualTo(200);
		assertThat(new JdbcTemplate(this.database.dataSource())
			.queryForObject("SELECT state FROM ojs.jobs WHERE id = ?", String.class, job.id())).isEqualTo("completed");
		assertThat(OjsWorker.PHASE).isGreaterThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
	}

	@Test
	void aRestartAsOfDevtoolsRunsTheNewClassesAndLeavesNoThread() throws Exception {
		List<String> loaders = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			try (Restarted loader = new Restarted(); ConfigurableApplicationContext context = restart(loader)) {
				String loadedBy = run(context);
				assertThat(loadedBy).isEqualTo(loader.toString() + " on a thread of " + loader);
				loaders.add(loadedBy);
			}
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.threads.names()).isEmpty());
		}
		assertThat(loaders).doesNotHaveDuplicates();
	}

	// As the restarter does: on a thread whose context class loader is a new one, which
	// has the application's classes and not those of its libraries.
	private ConfigurableApplicationContext restart(Restarted loader) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(loader);
		try {
			Class<?> application = loader.loadClass(Application.class.getName());
			assertThat(application).isNotSameAs(Application.class);
			return start(application, "spring.main.web-application-type=none");
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aSignalQuietsTheWorker(@TempDir File directory) throws Exception {
		JdbcTemplate sql = new JdbcTemplate(this.database.dataSource());
		sql.execute(RecordingApplication.TABLE);
		Path log = directory.toPath().resolve("quiet.log");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
						"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
						RecordingApplication.class.getName(), "--spring.main.web-application-type=none"));
		command.addAll(Node.arguments(this.database, "ojs.worker.quiet-signal=TSTP", "check.node=quiet",
				"ojs.worker.heartbeat-interval=200ms"));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try (Node producer = Node.plain(RecordingApplication.class, this.database, "ojs.worker.enabled=false")) {
			producer.enqueue("check.run", 1);
			await().atMost(Duration.ofSeconds(90))
				.until(() -> sql.queryForObject("SELECT count(*) FROM ojs.outcome", Integer.class) == 1);

			assertThat(new ProcessBuilder("kill", "-TSTP", Long.toString(process.pid())).start().waitFor()).isZero();
			await().atMost(PATIENCE).until(() -> Files.readString(log).contains("SIGTSTP: the worker takes no more"));
			await().atMost(PATIENCE)
				.until(() -> sql.queryForList("SELECT info::jsonb ->> 'state' FROM ojs.worker", String.class)
					.equals(List.of("quiet")));
			producer.enqueue("check.run", 5);
			long heard = heard(sql);
			await().atMost(PATIENCE).until(() -> heard(sql) >= heard + 2000);
			assertThat(sql.queryForObject("SELECT count(*) FROM run", Integer.class)).isEqualTo(1);
			assertThat(process.isAlive()).isTrue();

			try (Node other = Node.plain(RecordingApplication.class, this.database, "check.node=other")) {
				await().atMost(PATIENCE)
					.until(() -> sql.queryForObject("SELECT count(*) FROM ojs.outcome", Integer.class) == 6);
				assertThat(other.isRunning()).isTrue();
			}
			process.destroy();
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	// When the worker has last been heard of, in milliseconds.
	private static long heard(JdbcTemplate sql) {
		Long at = sql.queryForObject("SELECT max(extract(epoch FROM seen_at) * 1000)::bigint FROM ojs.worker",
				Long.class);
		return (at != null) ? at : 0;
	}

	/** Has its own copies of the classes of this test, as of an application. */
	private static final class Restarted extends URLClassLoader {

		Restarted() {
			super(new URL[0], LifecycleTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.startsWith(LifecycleTests.class.getName())) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				if (loaded != null) {
					return loaded;
				}
				try (var stream = getResourceAsStream(name.replace('.', '/') + ".class")) {
					byte[] bytes = stream.readAllBytes();
					return defineClass(name, bytes, 0, bytes.length);
				}
				catch (IOException ex) {
					throw new ClassNotFoundException(name, ex);
				}
			}
		}

	}

	@PlainApplication
	static class Application {

		@Bean
		Handlers handlers(Environment environment) {
			return new Handlers(environment);
		}

	}

	static class Handlers {

		private final CountDownLatch visiting = new CountDownLatch(1);

		private final CountDownLatch gate = new CountDownLatch(1);

		private final Environment environment;

		private volatile @Nullable Integer visited;

		Handlers(Environment environment) {
			this.environment = environment;
		}

		@OjsHandler("check.where")
		String where() {
			return getClass().getClassLoader() + " on a thread of " + Thread.currentThread().getContextClassLoader();
		}

		@OjsHandler("check.visit")
		void visit() throws InterruptedException {
			this.visiting.countDown();
			this.gate.await();
			int port = this.environment.getRequiredProperty("local.server.port", Integer.class);
			this.visited = new Http(port).get("/ojs/v1/queues").status();
		}

	}

}
