/**
 * PostgreSQL: the only room with SQL, one class per group of statements. A job's state is
 * the table that its row is in, and each transition moves the row in one guarded
 * statement. Decides nothing about jobs; the engine does.
 */
@NullMarked
package org.openjobspec.boot.store;

import org.jspecify.annotations.NullMarked;
