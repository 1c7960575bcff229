package org.openjobspec.sample.signup;

import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Signs people up: a row and a job, both or neither.
 */
@Service
public class SignupService {

	private final JdbcClient jdbc;

	private final OjsTemplate jobs;

	SignupService(JdbcClient jdbc, OjsTemplate jobs) {
		this.jdbc = jdbc;
		this.jobs = jobs;
	}

	/**
	 * Signs somebody up and has them welcomed.
	 * @param email the address
	 * @return the job that sends the welcome
	 * @throws org.springframework.dao.DuplicateKeyException if the address has signed up
	 * before; then there is no job either
	 */
	@Transactional
	public Job signUp(String email) {
		// Enqueued first, to show that the job does not outlive the rollback below.
		Job welcome = this.jobs.enqueue("email.send", email, "welcome");
		this.jdbc.sql("INSERT INTO signup (email) VALUES (?)").param(email).update();
		return welcome;
	}

}
