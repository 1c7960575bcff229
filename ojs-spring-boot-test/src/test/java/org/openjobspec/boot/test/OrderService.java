package org.openjobspec.boot.test;

import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes orders.
 */
@Service
class OrderService {

	private final OjsTemplate jobs;

	OrderService(OjsTemplate jobs) {
		this.jobs = jobs;
	}

	@Transactional
	Job place(String address) {
		if (address.isBlank()) {
			// Enqueued first, to show that the job does not outlive the rollback.
			this.jobs.enqueue("parcel.pack", address);
			throw new IllegalArgumentException("An order needs an address");
		}
		return this.jobs.enqueue("parcel.pack", address);
	}

}
