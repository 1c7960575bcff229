package org.openjobspec.sample.catalog;

import java.util.List;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The articles and their stock.
 */
@Repository
public class Catalog {

	private final JdbcClient jdbc;

	Catalog(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<Article> all() {
		return this.jdbc.sql("SELECT sku, name, cents, stock FROM article ORDER BY cents").query(Article.class).list();
	}

	/**
	 * Finds an article.
	 * @param sku the name that orders use
	 * @return the article, or nothing
	 */
	public Optional<Article> find(String sku) {
		return this.jdbc.sql("SELECT sku, name, cents, stock FROM article WHERE sku = ?")
			.param(sku)
			.query(Article.class)
			.optional();
	}

	/**
	 * Takes articles from the stock.
	 * @param article which
	 * @param quantity how many
	 * @throws OutOfStockException if there are fewer
	 */
	public void take(Article article, int quantity) {
		int taken = this.jdbc
			.sql("UPDATE article SET stock = stock - :quantity WHERE sku = :sku AND stock >= :quantity")
			.param("quantity", quantity)
			.param("sku", article.sku())
			.update();
		if (taken == 0) {
			throw new OutOfStockException(article, quantity);
		}
	}

	/**
	 * Fills up the stock of every article.
	 * @return how many articles lacked something
	 */
	public int restock() {
		return this.jdbc.sql("UPDATE article SET stock = full_stock WHERE stock < full_stock").update();
	}

}
