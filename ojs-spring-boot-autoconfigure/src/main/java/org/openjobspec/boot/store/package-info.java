/**
 * PostgreSQL: schema, migrations, repositories, wake-up connection. The only room with
 * SQL. It knows the vocabulary and nothing above; only the engine and the wiring come in.
 */
@NullMarked
package org.openjobspec.boot.store;

import org.jspecify.annotations.NullMarked;
