package org.openjobspec.sample.catalog;

import java.util.List;
import java.util.Optional;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.Repository;

/**
 * The table of articles. Spring Data's repositories join the same transactions as jobs
 * do.
 */
interface Articles extends Repository<Article, String> {

	List<Article> findAllByOrderByCents();

	Optional<Article> findBySku(String sku);

	/** Takes nothing if there are fewer. */
	@Modifying
	@Query("UPDATE article SET stock = stock - :quantity WHERE sku = :sku AND stock >= :quantity")
	int take(String sku, int quantity);

	@Modifying
	@Query("UPDATE article SET stock = full_stock WHERE stock < full_stock")
	int restock();

}
