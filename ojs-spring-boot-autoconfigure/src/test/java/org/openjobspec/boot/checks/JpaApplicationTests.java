package org.openjobspec.boot.checks;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * An application whose data is Hibernate's: jobs and entities commit together.
 */
class JpaApplicationTests {

	private static final Database database = TestDatabase.fresh();

	private static final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

	private static Node node;

	private Handlers handlers;

	@BeforeAll
	static void start() {
		node = Node.plain(Application.class, database, "spring.jpa.hibernate.ddl-auto=create",
				"spring.flyway.enabled=false");
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	@BeforeEach
	void handlers() {
		this.handlers = node.bean(Handlers.class);
	}

	private static Job awaitState(Job job, JobState state) {
		return await().until(() -> node.bean(OjsTemplate.class).get(job.id()).orElseThrow(),
				(now) -> now.state() == state);
	}

	private static int count(String query, Object... args) {
		return Objects.requireNonNull(sql.queryForObject("SELECT count(*) FROM " + query, Integer.class, args));
	}

	private static int notes(String id) {
		return count("check_note WHERE id = ?", id);
	}

	@Test
	void aJobRunsAfterTheCommitOfItsTransaction_andSeesWhatThatWrote() {
		Job job = node.bean(Notes.class).write("committed");
		awaitState(job, JobState.COMPLETED);
		assertThat(this.handlers.found).contains("committed");
		assertThat(notes("committed")).isEqualTo(1);
	}

	@Test
	void aJobIsGoneWithItsTransaction() {
		int before = count("ojs.job");
		assertThatIllegalStateException().isThrownBy(() -> node.bean(Notes.class).writeAndFail("rolled-back"));
		assertThat(notes("rolled-back")).isZero();
		assertThat(count("ojs.job")).isEqualTo(before);
		assertThat(count("ojs.ready")).isZero();
		awaitState(node.bean(Notes.class).write("later"), JobState.COMPLETED);
		assertThat(this.handlers.found).doesNotContain("rolled-back");
		assertThat(this.handlers.missed).isEmpty();
	}

	@Test
	void aTransactionalHandlersEntitiesCommitWithItsCompletion() {
		Job job = node.bean(OjsTemplate.class).enqueue("note.write", "effect");
		awaitState(job, JobState.COMPLETED);
		assertThat(notes("effect")).isEqualTo(1);
		assertThat(count("check_note n, ojs.outcome o WHERE n.xmin::text = o.xmin::text AND n.id = ? AND o.job_id = ?",
				"effect", job.id()))
			.as("both rows are of one transaction")
			.isEqualTo(1);
	}

	@Test
	void aTransactionalHandlerThatDiesLeavesNothing() {
		Job job = node.bean(OjsTemplate.class).enqueue("note.fail", "broken");
		Job discarded = awaitState(job, JobState.DISCARDED);
		assertThat(Objects.requireNonNull(discarded.lastFailure()).error().message()).isEqualTo("after flushing");
		assertThat(notes("broken")).isZero();
	}

	@Test
	void aTransactionalHandlerThatHasLostItsLeaseLeavesNothing() {
		Job job = node.bean(OjsTemplate.class).enqueue("note.slow", "lost");
		await().until(() -> this.handlers.started.getCount() == 0);
		sql.update("UPDATE ojs.ready SET worker = 'another', attempt = attempt + 1 WHERE job_id = ?", job.id());
		this.handlers.gate.countDown();
		await().until(() -> this.handlers.ended.getCount() == 0);
		awaitState(node.bean(Notes.class).write("after-lost"), JobState.COMPLETED);
		assertThat(notes("lost")).isZero();
		Job now = node.bean(OjsTemplate.class).get(job.id()).orElseThrow();
		assertThat(now.state()).isEqualTo(JobState.ACTIVE);
		assertThat(now.workerId()).isEqualTo("another");
		node.bean(OjsTemplate.class).cancel(job.id());
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Notes.class, Handlers.class })
	static class Application {

	}

	@Entity(name = "check_note")
	static class Note {

		@Id
		private @Nullable String id;

		protected Note() {
		}

		Note(String id) {
			this.id = id;
		}

	}

	static class Notes {

		@PersistenceContext
		private EntityManager entities;

		private final OjsTemplate ojs;

		Notes(OjsTemplate ojs) {
			this.ojs = ojs;
		}

		@Transactional
		public Job write(String id) {
			this.entities.persist(new Note(id));
			return this.ojs.enqueue("note.read", id);
		}

		@Transactional
		public void writeAndFail(String id) {
			write(id);
			throw new IllegalStateException("after enqueueing");
		}

	}

	static class Handlers {

		@PersistenceContext
		private EntityManager entities;

		private final Set<String> found = ConcurrentHashMap.newKeySet();

		private final Set<String> missed = ConcurrentHashMap.newKeySet();

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch gate = new CountDownLatch(1);

		private final CountDownLatch ended = new CountDownLatch(1);

		@OjsHandler("note.read")
		void read(String id) {
			((this.entities.find(Note.class, id) != null) ? this.found : this.missed).add(id);
		}

		@OjsHandler(type = "note.write", transactional = true)
		void write(String id) {
			this.entities.persist(new Note(id));
		}

		@OjsHandler(type = "note.fail", transactional = true, retry = @OjsRetry(maxAttempts = 1))
		void fail(String id) {
			this.entities.persist(new Note(id));
			this.entities.flush();
			throw new IllegalStateException("after flushing");
		}

		@OjsHandler(type = "note.slow", transactional = true)
		void slow(String id) throws InterruptedException {
			try {
				this.entities.persist(new Note(id));
				this.entities.flush();
				this.started.countDown();
				this.gate.await();
			}
			finally {
				this.ended.countDown();
			}
		}

	}

}
