package org.openjobspec.sample.catalog;

import java.util.List;
import java.util.Optional;

import org.springframework.stereotype.Component;

/**
 * The articles and their stock.
 */
@Component
public class Catalog {

	private final Articles articles;

	Catalog(Articles articles) {
		this.articles = articles;
	}

	List<Article> all() {
		return this.articles.findAllByOrderByCents();
	}

	/**
	 * Finds an article.
	 * @param sku the name that orders use
	 * @return the article, or nothing
	 */
	public Optional<Article> find(String sku) {
		return this.articles.findBySku(sku);
	}

	/**
	 * Takes articles from the stock.
	 * @param article which
	 * @param quantity how many
	 * @throws OutOfStockException if there are fewer
	 */
	public void take(Article article, int quantity) {
		if (this.articles.take(article.sku(), quantity) == 0) {
			throw new OutOfStockException(article, quantity);
		}
	}

	/**
	 * Fills up the stock of every article.
	 * @return how many articles lacked something
	 */
	public int restock() {
		return this.articles.restock();
	}

}
