package org.openjobspec.sample.report;

import org.openjobspec.boot.worker.OjsCron;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.sample.catalog.Catalog;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reports what was sold since the last report, and orders what is missing.
 */
@Component
class NightlyReport {

	private final JdbcClient jdbc;

	private final Catalog catalog;

	NightlyReport(JdbcClient jdbc, Catalog catalog) {
		this.jdbc = jdbc;
		this.catalog = catalog;
	}

	@OjsHandler(type = "report.nightly", transactional = true)
	@OjsCron(expression = "0 2 * * *", description = "Reports the day's sales and fills up the stock")
	Report write() {
		// Two reports at once would count the same sales.
		this.jdbc.sql("LOCK TABLE sales_report IN EXCLUSIVE MODE").update();
		Sales sales = this.jdbc.sql("""
				WITH report AS (
				  INSERT INTO sales_report (orders, cents)
				  SELECT count(*), coalesce(sum(cents), 0) FROM sale WHERE report IS NULL
				  RETURNING number, orders, cents
				), reported AS (
				  UPDATE sale SET report = report.number FROM report WHERE sale.report IS NULL
				)
				SELECT orders, cents FROM report
				""").query(Sales.class).single();
		return new Report(sales.orders(), sales.cents(), this.catalog.restock());
	}

	record Sales(int orders, long cents) {
	}

	/** Becomes the job's result. */
	record Report(int orders, long cents, int restocked) {
	}

}
