package org.openjobspec.boot.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.NewThreads;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NodeChannel}.
 */
@ExtendWith(OutputCaptureExtension.class)
class NodeChannelTests {

	private static final Database DATABASE = TestDatabase.fresh();

	@Test
	void aPoolThatTakesItsTimeIsNotTakenForAProxy(CapturedOutput output) throws Exception {
		SlowPool pool = new SlowPool();
		NodeChannel channel = new NodeChannel(JdbcClient.create(pool), new Transactions(pool),
				() -> DATABASE.dataSource().getConnection());
		channel.start(new Deaf());
		try {
			assertThat(pool.asked.await(10, TimeUnit.SECONDS)).isTrue();
			TimeUnit.MILLISECONDS.sleep(6500);
			assertThat(channel.listening()).isFalse();
			pool.open.countDown();
			await().atMost(Duration.ofSeconds(15)).until(channel::listening);
			assertThat(output).doesNotContain("Not hearing other nodes");
		}
		finally {
			channel.stop();
		}
	}

	@Test
	void whatIsToldWhileItIsStoppedIsHeardWhenItHasStartedAgain() {
		NodeChannel speaker = channel();
		NodeChannel hearer = channel();
		List<String> heard = new CopyOnWriteArrayList<>();
		hearer.start(new Deaf() {
			@Override
			public void available(String queue, int priority, long seq) {
				heard.add(queue + ' ' + priority + ' ' + seq);
			}
		});
		try {
			await().until(hearer::listening);
			speaker.start(new Deaf());
			speaker.stop();
			speaker.tellAvailable("mail", 0, 9);
			speaker.tellAvailable("mail", 0, 7);
			await().during(Duration.ofMillis(300)).until(heard::isEmpty);
			speaker.start(new Deaf());
			await().untilAsserted(() -> assertThat(heard).containsExactly("mail 0 7"));
		}
		finally {
			speaker.stop();
			hearer.stop();
		}
	}

	@Test
	void aRestartWhileItConnectsLeavesOnePairOfThreads() throws Exception {
		NewThreads threads = new NewThreads();
		CountDownLatch open = new CountDownLatch(1);
		AtomicInteger asked = new AtomicInteger();
		DataSource database = DATABASE.dataSource();
		NodeChannel channel = new NodeChannel(JdbcClient.create(database), new Transactions(database), () -> {
			asked.incrementAndGet();
			try {
				open.await();
			}
			catch (InterruptedException ex) {
				throw new SQLException(ex);
			}
			return database.getConnection();
		});
		try {
			for (int i = 1; i <= 3; i++) {
				int starts = i;
				channel.stop();
				channel.start(new Deaf());
				await().untilAsserted(() -> assertThat(asked).hasValue(starts));
			}
			open.countDown();
			await().until(channel::listening);
			await()
				.untilAsserted(() -> assertThat(names(threads)).containsExactlyInAnyOrder("ojs-listen", "ojs-notify"));
			channel.stop();
			assertThat(channel.listening()).isFalse();
			await().untilAsserted(() -> assertThat(names(threads)).isEmpty());
		}
		finally {
			channel.stop();
		}
	}

	private static List<String> names(NewThreads threads) {
		return threads.names().stream().filter(List.of("ojs-listen", "ojs-notify")::contains).toList();
	}

	private static NodeChannel channel() {
		DataSource database = DATABASE.dataSource();
		return new NodeChannel(JdbcClient.create(database), new Transactions(database), database::getConnection);
	}

	private static class Deaf implements NodeChannel.Listener {

		@Override
		public void available(String queue, int priority, long seq) {
		}

		@Override
		public void cancelled(UUID job) {
		}

		@Override
		public void connected() {
		}

	}

	private static final class SlowPool extends AbstractDataSource {

		private final CountDownLatch asked = new CountDownLatch(1);

		private final CountDownLatch open = new CountDownLatch(1);

		@Override
		public Connection getConnection() throws SQLException {
			this.asked.countDown();
			try {
				this.open.await();
			}
			catch (InterruptedException ex) {
				throw new SQLException(ex);
			}
			return DATABASE.dataSource().getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return getConnection();
		}

	}

}
