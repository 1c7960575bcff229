package org.openjobspec.boot.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells the other nodes of jobs that have become available or were cancelled, by NOTIFY
 * on the channel {@code ojs}, and hears what they tell. A committing NOTIFY takes a lock
 * for the whole server, so it is never part of a business transaction and never sent per
 * job: one thread sends what has gathered, at most once per {@link #PAUSE}. What is lost
 * on the way is found by polling.
 */
public final class NodeChannel {

	private static final Logger logger = LoggerFactory.getLogger(NodeChannel.class);

	private static final Duration PAUSE = Duration.ofMillis(10);

	private static final Duration PROBE = Duration.ofSeconds(20);

	/** How long to wait for one's own voice before it counts as unheard. */
	private static final Duration ECHO = Duration.ofSeconds(5);

	private static final int MAX_PAYLOAD = 7000;

	private static final long MAX_BACK_OFF_MILLIS = 5000;

	private final JdbcClient jdbc;

	private final Transactions transactions;

	private final OwnConnection connections;

	private final String node = UUID.randomUUID().toString().substring(0, 8);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Map<Lane, Long> available = new LinkedHashMap<>();

	private final Set<UUID> cancelled = new LinkedHashSet<>();

	private boolean echoWanted;

	/** Counts the wishes: what was sent before the last one may have come too early. */
	private long echoWish;

	private long echoGranted;

	/** When one's own voice was sent, in nanoseconds; 0 for not yet. */
	private long echoSent;

	/**
	 * Which start it is that goes on; 0 while stopped. Threads of an earlier one, which
	 * may wait for a connection when it is stopped and started again, see that they are.
	 */
	private volatile int run;

	private int runs;

	private volatile boolean listening;

	private volatile @Nullable Connection connection;

	private volatile @Nullable Listener listener;

	NodeChannel(JdbcClient jdbc, Transactions transactions, OwnConnection connections) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.connections = connections;
	}

	/** Hears what other nodes tell. */
	public interface Listener {

		/**
		 * A job has become available.
		 * @param queue its queue
		 * @param priority its priority
		 * @param seq its place in the order of the queue
		 */
		void available(String queue, int priority, long seq);

		/**
		 * A running job was cancelled.
		 * @param job the job
		 */
		void cancelled(UUID job);

		/** The connection was (re-)established: anything may have been missed. */
		void connected();

	}

	private record Lane(String queue, int priority) {
	}

	/**
	 * Starts telling and hearing. Survives a database that is not there.
	 * @param hearer hears what other nodes tell
	 */
	public void start(Listener hearer) {
		this.lock.lock();
		try {
			if (this.run == 0) {
				int started = ++this.runs;
				this.run = started;
				this.listener = hearer;
				daemon("ojs-notify", () -> send(started));
				daemon("ojs-listen", () -> listen(started));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void daemon(String name, Runnable work) {
		Thread thread = new Thread(work, name);
		thread.setDaemon(true);
		thread.start();
	}

	/** Stops telling and hearing. */
	public void stop() {
		this.lock.lock();
		try {
			this.run = 0;
			this.listening = false;
			this.cancelled.clear();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		// The listening thread waits inside the driver; only a closed connection ends
		// that.
		close(this.connection);
	}

	/**
	 * Whether this node hears the others at this moment. It knows by hearing itself: a
	 * proxy that shares connections between transactions takes LISTEN, and what is sent
	 * does not arrive.
	 * @return whether it does not rely on polling alone
	 */
	public boolean listening() {
		return this.listening;
	}

	/**
	 * Tells of an available job.
	 * @param queue its queue
	 * @param priority its priority
	 * @param seq its place in the order of the queue
	 */
	public void tellAvailable(String queue, int priority, long seq) {
		this.lock.lock();
		try {
			// Kept until the next start: an application that has just started enqueues
			// before its engine has. There are as many lanes as queues and priorities.
			this.available.merge(new Lane(queue, priority), seq, Math::min);
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Tells of a cancelled job.
	 * @param job the job
	 */
	public void tellCancelled(UUID job) {
		this.lock.lock();
		try {
			if (this.run != 0) {
				this.cancelled.add(job);
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void send(int mine) {
		while (this.run == mine) {
			try {
				for (String payload : nextPayloads(mine)) {
					this.transactions.writeOnce("notify", "nodes", () -> notifyOthers(payload));
					spoken();
				}
				TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
			}
			catch (InterruptedException ex) {
				logger.debug("Interrupted", ex);
			}
			catch (RuntimeException | Error ex) {
				// Nothing depends on it: the other nodes poll.
				logger.debug("Could not tell the other nodes of available jobs; they will find them by polling", ex);
				pause(mine, 500);
			}
		}
	}

	private boolean notifyOthers(String payload) {
		this.jdbc.sql("""
				SELECT pg_notify('ojs', :payload)
				FROM (SELECT set_config('synchronous_commit', 'off', true)) quick
				""").param("payload", payload).query((row, number) -> true).list();
		return true;
	}

	private List<String> nextPayloads(int mine) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (this.run == mine && this.available.isEmpty() && this.cancelled.isEmpty() && !this.echoWanted) {
				this.changed.await();
			}
			if (this.run != mine) {
				return List.of();
			}
			List<String> payloads = new ArrayList<>();
			StringBuilder payload = new StringBuilder(this.node);
			this.available.forEach((lane, seq) -> append("\na " + lane.queue() + ' ' + lane.priority() + ' ' + seq,
					payload, payloads));
			this.cancelled.forEach(job -> append("\nc " + job, payload, payloads));
			this.available.clear();
			this.cancelled.clear();
			if (payload.length() > this.node.length() || this.echoWanted) {
				payloads.add(payload.toString());
			}
			this.echoGranted = this.echoWish;
			return payloads;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void append(String line, StringBuilder payload, List<String> payloads) {
		if (payload.length() + line.length() > MAX_PAYLOAD) {
			payloads.add(payload.toString());
			payload.setLength(this.node.length());
		}
		payload.append(line);
	}

	private void listen(int mine) {
		long backOff = 0;
		while (this.run == mine) {
			try (Connection opened = this.connections.open()) {
				// It is the connection of this run that a stop closes.
				if (!inRun(mine, () -> this.connection = opened)) {
					return;
				}
				if (!opened.getAutoCommit()) {
					opened.setAutoCommit(true);
				}
				try (Statement statement = opened.createStatement()) {
					statement.execute("LISTEN ojs");
				}
				if (backOff > 0) {
					logger.info("Listening for other nodes again");
				}
				backOff = 0;
				hear(opened, mine);
			}
			catch (SQLException | RuntimeException | Error ex) {
				if (inRun(mine, () -> this.listening = false)) {
					if (backOff == 0) {
						logger.warn("Not listening for other nodes, jobs that they enqueue are found by polling: {}",
								SqlFaults.summary(ex));
					}
					backOff = Math.min(MAX_BACK_OFF_MILLIS, Math.max(100, backOff * 2));
					pause(mine, ThreadLocalRandom.current().nextLong(backOff / 2, backOff + 1));
				}
			}
		}
	}

	private boolean inRun(int mine, Runnable change) {
		this.lock.lock();
		try {
			if (this.run == mine) {
				change.run();
			}
			return this.run == mine;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void hear(Connection opened, int mine) throws SQLException {
		PGConnection postgres = opened.unwrap(PGConnection.class);
		Listener hearer = this.listener;
		if (hearer == null) {
			return;
		}
		hearer.connected();
		boolean deaf = false;
		askForEcho();
		while (this.run == mine) {
			Duration patience = (this.listening || deaf) ? PROBE : ECHO.dividedBy(5);
			PGNotification[] notifications = postgres.getNotifications((int) patience.toMillis());
			if (notifications == null || notifications.length == 0) {
				// A connection that the network has dropped looks like one on which
				// nothing happens.
				if (!opened.isValid(5)) {
					throw new SQLException("The connection does not answer");
				}
				if (!this.listening && echoIsOverdue()) {
					tellOfDeafness(deaf, mine);
					deaf = true;
					askForEcho();
				}
				continue;
			}
			if (!inRun(mine, () -> this.listening = true)) {
				return;
			}
			deaf = false;
			for (PGNotification notification : notifications) {
				dispatch(notification.getParameter(), hearer);
			}
		}
	}

	private void askForEcho() {
		this.lock.lock();
		try {
			this.echoWanted = true;
			this.echoWish++;
			this.echoSent = 0;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Whatever it was, it comes back.
	private void spoken() {
		this.lock.lock();
		try {
			if (this.echoWanted && this.echoGranted == this.echoWish) {
				this.echoWanted = false;
				this.echoSent = System.nanoTime();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	// Sending needs a connection of the pool, which may take its time to have one.
	private boolean echoIsOverdue() {
		this.lock.lock();
		try {
			return this.echoSent != 0 && System.nanoTime() - this.echoSent >= ECHO.toNanos();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void tellOfDeafness(boolean toldBefore, int mine) {
		if (this.run == mine && !toldBefore) {
			logger
				.warn("Not hearing other nodes, jobs that they enqueue are found by polling: the server accepts LISTEN, "
						+ "and what this node sends does not come back. Is there a proxy in between that shares connections, "
						+ "such as PgBouncer in transaction mode? Name a direct URL of the same database in "
						+ "'ojs.wakeup.url', or set 'ojs.wakeup.mode=poll'");
		}
	}

	private void dispatch(String payload, Listener hearer) {
		String[] lines = payload.split("\n", -1);
		if (lines[0].equals(this.node)) {
			return;
		}
		for (int i = 1; i < lines.length; i++) {
			String[] words = lines[i].split(" ", -1);
			try {
				if (words[0].equals("a") && words.length == 4) {
					hearer.available(words[1], Integer.parseInt(words[2]), Long.parseLong(words[3]));
				}
				else if (words[0].equals("c") && words.length == 2) {
					hearer.cancelled(UUID.fromString(words[1]));
				}
			}
			catch (IllegalArgumentException ex) {
				// Anybody may notify on a channel.
				logger.debug("Ignoring a notification that is not of this library: {}", lines[i], ex);
			}
		}
	}

	private void pause(int mine, long millis) {
		this.lock.lock();
		try {
			long left = TimeUnit.MILLISECONDS.toNanos(millis);
			long end = System.nanoTime() + left;
			while (this.run == mine && left > 0) {
				this.changed.awaitNanos(left);
				left = end - System.nanoTime();
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Interrupted", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void close(@Nullable Connection open) {
		try {
			if (open != null) {
				open.close();
			}
		}
		catch (SQLException ex) {
			logger.debug("Could not close the listening connection", ex);
		}
	}

}
