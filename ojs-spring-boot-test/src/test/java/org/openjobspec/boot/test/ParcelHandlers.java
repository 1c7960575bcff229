package org.openjobspec.boot.test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsCron;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The handlers of the application under test.
 */
@Component
class ParcelHandlers {

	static final AtomicReference<Thread> THREAD = new AtomicReference<>();

	static final AtomicReference<Boolean> IN_TRANSACTION = new AtomicReference<>();

	private final JdbcClient jdbc;

	private final OjsTemplate jobs;

	private final PlatformTransactionManager transactions;

	private final ObjectProvider<OjsWorker> worker;

	ParcelHandlers(JdbcClient jdbc, OjsTemplate jobs, PlatformTransactionManager transactions,
			ObjectProvider<OjsWorker> worker) {
		this.worker = worker;
		this.jdbc = jdbc;
		this.jobs = jobs;
		this.transactions = transactions;
	}

	@OjsHandler("parcel.pack")
	Packed pack(String address) {
		THREAD.set(Thread.currentThread());
		IN_TRANSACTION.set(TransactionSynchronizationManager.isActualTransactionActive());
		store(address);
		this.jobs.enqueue("email.send", address, "packed");
		return new Packed(address, 1.5);
	}

	@OjsHandler("email.send")
	void send(String to, String template) {
	}

	@OjsHandler(type = "parcel.drop", retry = @OjsRetry(maxAttempts = 3, initialInterval = "1m", jitter = false))
	void drop(String address, JobContext context) {
		store(address);
		if (context.attempt() < 3) {
			throw new IllegalStateException("The parcel was dropped");
		}
	}

	@OjsHandler(type = "parcel.seal", transactional = true, retry = @OjsRetry(maxAttempts = 1))
	void seal(String address) {
		store(address);
		if (address.isBlank()) {
			throw new IllegalStateException("A parcel needs an address");
		}
	}

	// Within a transaction of PostgreSQL this cannot go well.
	@OjsHandler("parcel.stamp")
	void stamp(String address) {
		try {
			store(address);
			store(address);
		}
		catch (DataAccessException ex) {
			// Is stamped already.
		}
	}

	@OjsHandler("parcel.count")
	long countElsewhere() {
		TransactionTemplate other = new TransactionTemplate(this.transactions);
		other.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return other.execute((status) -> this.jdbc.sql("SELECT count(*) FROM parcel").query(Long.class).single());
	}

	@OjsHandler("parcel.circle")
	void circle() {
		this.jobs.enqueue("parcel.circle");
	}

	@OjsHandler("parcel.wait")
	void waitForever() throws InterruptedException {
		new CountDownLatch(1).await();
	}

	@OjsHandler("parcel.track")
	void track(JobContext context) {
		context.checkpoint("Dover");
		context.progress(0.5, "at sea");
		context.progress(0.9, "on land");
	}

	@OjsHandler("parcel.drain")
	void drain() {
		this.worker.getObject().runDue(null, 1);
	}

	@OjsHandler(type = "report.daily", queue = "reports")
	@OjsCron("0 9 * * *")
	void report() {
	}

	private void store(String address) {
		this.jdbc.sql("INSERT INTO parcel (address) VALUES (?)").param(address).update();
	}

	record Packed(String address, double weight) {
	}

}
