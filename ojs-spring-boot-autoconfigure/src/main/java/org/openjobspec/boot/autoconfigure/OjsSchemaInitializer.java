package org.openjobspec.boot.autoconfigure;

import org.openjobspec.boot.autoconfigure.OjsProperties.SchemaManagement;
import org.openjobspec.boot.store.SchemaMigration;

import org.springframework.beans.factory.InitializingBean;

/**
 * Brings the schema up to date before anything uses it. Flyway itself must not be a bean:
 * the host application's would back off.
 */
final class OjsSchemaInitializer implements InitializingBean, StartupNote {

	private final SchemaMigration migration;

	private final SchemaManagement management;

	private String version = "unknown";

	OjsSchemaInitializer(OjsDatabase database, SchemaManagement management) {
		this.migration = new SchemaMigration(database.dataSource());
		this.management = management;
	}

	@Override
	public void afterPropertiesSet() {
		this.version = (this.management == SchemaManagement.MIGRATE) ? this.migration.migrate()
				: this.migration.validate();
	}

	@Override
	public String text() {
		return "schema ojs version " + this.version;
	}

}
