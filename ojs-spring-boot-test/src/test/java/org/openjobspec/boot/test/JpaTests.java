package org.openjobspec.boot.test;

import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.test.context.transaction.AfterTransaction;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of a test's transaction that is JPA's.
 */
@SpringBootTest(properties = "spring.autoconfigure.exclude=")
@AutoConfigureOjsTest
@Transactional
class JpaTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private EntityManager entities;

	@Autowired
	private JdbcClient jdbc;

	@AfterTransaction
	void nothingIsLeft() {
		assertThat(this.jdbc.sql("SELECT count(*) FROM ojs.job").query(Long.class).single()).isZero();
	}

	@Test
	void jobsRunInTheTestsTransaction() {
		assertThat(this.transactions).isInstanceOf(JpaTransactionManager.class);
		this.entities.createNativeQuery("INSERT INTO parcel (address) VALUES ('Ada')").executeUpdate();
		Job failing = this.jobs.enqueue("parcel.seal", " ");
		Job sealed = this.jobs.enqueue("parcel.seal", "Eve");
		this.ojs.drain();
		assertThat(this.ojs).job(failing).isDiscarded().hasFailureMessageContaining("needs an address");
		assertThat(this.ojs).job(sealed).isCompleted();
		assertThat(this.entities.createNativeQuery("SELECT count(*) FROM parcel", Long.class).getSingleResult())
			.isEqualTo(2L);
	}

}
