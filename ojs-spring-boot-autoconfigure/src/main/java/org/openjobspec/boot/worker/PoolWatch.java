package org.openjobspec.boot.worker;

import java.time.Duration;

import org.openjobspec.boot.engine.Redaction;

/**
 * Tells a pool without a free connection from a database that is away and from a node
 * that was asleep, by what becomes of heartbeats: those through the pool, and those
 * beside it.
 */
final class PoolWatch {

	private static final int RECOVERED = 3;

	private boolean beating;

	private long beganAt;

	private boolean waitedInVain;

	private boolean outage;

	/** Heartbeats beside the pool since the last sign of an outage. */
	private int since;

	private boolean told;

	/**
	 * A heartbeat asks the pool for a connection.
	 * @param now the time, in nanoseconds
	 */
	synchronized void began(long now) {
		this.beating = true;
		this.beganAt = now;
	}

	/** A heartbeat has got through the pool. */
	synchronized void succeeded() {
		this.beating = false;
		this.waitedInVain = false;
		this.outage = false;
		this.told = false;
	}

	/**
	 * A heartbeat has not got through the pool.
	 * @param thrown why
	 */
	synchronized void failed(Throwable thrown) {
		this.beating = false;
		if (Redaction.isOfPool(thrown)) {
			this.waitedInVain = true;
		}
		else {
			away();
		}
	}

	private void away() {
		this.outage = true;
		this.since = 0;
	}

	/** A heartbeat beside the pool has failed as well. */
	synchronized void besidePoolFailed() {
		away();
	}

	/**
	 * A heartbeat beside the pool has got through. After an outage the pool may need a
	 * while, and that is no lack of connections.
	 * @param began when it began, in nanoseconds
	 * @param patience how long one through the pool may wait before it counts as waiting
	 * in vain
	 * @return whether it is to be said now that the pool gives none
	 */
	synchronized boolean besidePoolSucceeded(long began, Duration patience) {
		boolean waits = this.beating && began - this.beganAt >= patience.toNanos();
		if (this.outage) {
			// Where connections are to be had for so long, the pool has had its while.
			this.outage = ++this.since < RECOVERED;
		}
		if (this.told || this.outage || !(waits || this.waitedInVain)) {
			return false;
		}
		this.told = true;
		return true;
	}

}
