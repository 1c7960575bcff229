package org.openjobspec.sample.catalog;

import org.springframework.data.annotation.Id;

/**
 * Something that the shop sells.
 *
 * @param sku its name in orders
 * @param name its name for people
 * @param cents the price of one
 * @param stock how many there are
 */
public record Article(@Id String sku, String name, int cents, int stock) {
}
