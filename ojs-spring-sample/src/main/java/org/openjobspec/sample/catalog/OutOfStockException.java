package org.openjobspec.sample.catalog;

/**
 * There is less of an article than was asked for.
 */
public class OutOfStockException extends RuntimeException {

	OutOfStockException(Article article, int quantity) {
		super("%d × %s were ordered, %d are left".formatted(quantity, article.name(), article.stock()));
	}

}
