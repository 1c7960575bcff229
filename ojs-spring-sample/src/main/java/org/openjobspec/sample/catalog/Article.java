package org.openjobspec.sample.catalog;

/**
 * Something that the shop sells.
 *
 * @param sku its name in orders
 * @param name its name for people
 * @param cents the price of one
 * @param stock how many there are
 */
public record Article(String sku, String name, int cents, int stock) {
}
