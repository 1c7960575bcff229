package org.openjobspec.sample;

import javax.sql.DataSource;

import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.test.AutoConfigureOjsTest;
import org.openjobspec.boot.test.OjsJobs;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Those who come from another library, on one database with what they come from.
 */
@SpringBootTest
@AutoConfigureOjsTest
abstract class MoveTest {

	@Autowired
	protected OjsTemplate jobs;

	@Autowired
	protected OjsJobs ojs;

	@Autowired
	protected DataSource dataSource;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
	}

}
