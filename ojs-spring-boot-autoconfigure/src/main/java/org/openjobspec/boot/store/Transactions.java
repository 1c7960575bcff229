package org.openjobspec.boot.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ReadOnlyTransactionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.InfrastructureProxy;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in the caller's transaction when that one covers the store's DataSource, and
 * otherwise in one of its own. The caller's transaction manager is never asked, so any
 * that binds a JDBC connection will do: JDBC and JPA alike.
 */
public final class Transactions {

	private static final Logger logger = LoggerFactory.getLogger(Transactions.class);

	private static final String OWN = "org.openjobspec.boot.store";

	private static final String LOOSELY_BOUND = DataSourceUtils.class.getName() + "$ConnectionSynchronization";

	private final Object resourceKey;

	private final TransactionTemplate own;

	private final TransactionTemplate reading;

	private final TransactionTemplate none;

	private final JdbcTemplate jdbc;

	private volatile @Nullable Boolean autoCommit;

	private final AtomicBoolean warnedOfForeignTransaction = new AtomicBoolean();

	Transactions(DataSource dataSource) {
		this.resourceKey = resourceKey(dataSource);
		this.jdbc = new JdbcTemplate(dataSource);
		JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
		this.own = new TransactionTemplate(manager);
		this.own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.own.setName(OWN);
		this.reading = new TransactionTemplate(manager);
		this.reading.setName(OWN);
		this.reading.setReadOnly(true);
		this.reading.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		this.none = new TransactionTemplate(manager);
		this.none.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
	}

	// A transaction manager binds its connection under the DataSource that it was given,
	// without the proxies that only
	// forward to it.
	private static Object resourceKey(DataSource dataSource) {
		Object key = dataSource;
		if (key instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
			key = proxy.getTargetDataSource();
		}
		return (key instanceof InfrastructureProxy proxy) ? proxy.getWrappedObject() : key;
	}

	/**
	 * Whether the current transaction covers the store's DataSource.
	 * @return whether work would join it
	 */
	public boolean joined() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.getResource(this.resourceKey) instanceof ConnectionHolder holder
				&& inTransaction(holder);
	}

	// Within the transaction of another DataSource, a connection of ours that anybody has
	// used is bound as well, though
	// it is in no transaction. Its auto-commit tells; where the pool has that off, how it
	// was bound tells.
	private boolean inTransaction(ConnectionHolder holder) {
		try {
			if (holder.getConnection().getAutoCommit()) {
				return false;
			}
		}
		catch (IllegalStateException ex) {
			// The holder has given its connection back, which one of a transaction does
			// not.
			return false;
		}
		catch (SQLException ex) {
			// A broken connection: let the statement say so, in the transaction that it
			// breaks.
			return true;
		}
		return !Boolean.FALSE.equals(this.autoCommit) || TransactionSynchronizationManager.getSynchronizations()
			.stream()
			.noneMatch((synchronization) -> synchronization.getClass().getName().equals(LOOSELY_BOUND));
	}

	/**
	 * Whether a change of the caller's would be a transaction by itself, since the caller
	 * has none, of whatever DataSource.
	 * @return whether it may share a commit with the changes of others
	 */
	public boolean alone() {
		return !TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Whether the current transaction covers the store's DataSource and is somebody
	 * else's.
	 */
	boolean joinedOfCaller() {
		return joined() && !OWN.equals(TransactionSynchronizationManager.getCurrentTransactionName());
	}

	/**
	 * Runs work that changes something.
	 * @param operation the verb, for messages
	 * @param subject what it is applied to, for messages
	 * @param work the work
	 * @param <T> its result
	 * @return its result
	 * @throws ReadOnlyTransactionException if the caller's transaction is read-only;
	 * nothing was sent, so that transaction is intact
	 */
	public <T> T write(String operation, Object subject, Supplier<T> work) {
		if (joined()) {
			if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
				throw new ReadOnlyTransactionException(operation, subject.toString());
			}
			return work.get();
		}
		warnOfForeignTransaction(operation, subject);
		return separately(work);
	}

	private void warnOfForeignTransaction(String operation, Object subject) {
		if (TransactionSynchronizationManager.isActualTransactionActive()
				&& this.warnedOfForeignTransaction.compareAndSet(false, true)) {
			logger.warn("The transaction around '{} {}' does not cover the DataSource of Open Job Spec, so the change "
					+ "was committed on its own and a rollback will not undo it. Mark the right DataSource with "
					+ "@OjsDataSource. This is logged once.", operation, subject);
		}
	}

	/**
	 * Runs one statement that changes something: in the caller's transaction, or else as
	 * a transaction by itself, which spares the round trips of begin and commit.
	 * @param operation the verb, for messages
	 * @param subject what it is applied to, for messages
	 * @param statement the one statement
	 * @param <T> its result
	 * @return its result
	 * @throws ReadOnlyTransactionException if the caller's transaction is read-only
	 */
	public <T> T writeOnce(String operation, Object subject, Supplier<T> statement) {
		if (!joined() && !TransactionSynchronizationManager.isActualTransactionActive() && commitsByItself()) {
			return statement.get();
		}
		return write(operation, subject, statement);
	}

	/**
	 * Runs several statements, all or none, also inside the caller's transaction: when
	 * the work fails there, what it did is undone and the rest of that transaction is
	 * intact.
	 * @param operation the verb, for messages
	 * @param subject what it is applied to, for messages
	 * @param work the statements
	 * @param <T> their result
	 * @return their result
	 * @throws ReadOnlyTransactionException if the caller's transaction is read-only
	 */
	public <T> T writeAtomically(String operation, Object subject, Supplier<T> work) {
		return write(operation, subject, () -> joined() ? withSavepoint(work) : work.get());
	}

	// Not a nested transaction of the caller's manager: JPA's do not support them by
	// default, and this needs none.
	private <T> T withSavepoint(Supplier<T> work) {
		Savepoint savepoint = this.jdbc.execute((Connection connection) -> connection.setSavepoint());
		CommitActions actions = CommitActions.current(this);
		int announced = actions.size();
		try {
			T result = work.get();
			release(savepoint);
			return result;
		}
		catch (RuntimeException ex) {
			actions.truncate(announced);
			this.jdbc.execute((Connection connection) -> {
				connection.rollback(savepoint);
				return true;
			});
			throw ex;
		}
	}

	/**
	 * Runs work whose changes may turn out to be unwanted. In the caller's transaction it
	 * runs behind a savepoint, to which that transaction goes back unless the work
	 * succeeds, also from a rollback that somebody has asked for meanwhile. Without one,
	 * each change stands as it is made.
	 * @param work the work; answers whether its changes are wanted
	 * @throws DataAccessException if a statement of the work has failed and the work
	 * takes no notice of it; PostgreSQL does, and the changes are undone
	 */
	public void tentatively(BooleanSupplier work) {
		if (!joined() || !(TransactionSynchronizationManager
			.getResource(this.resourceKey) instanceof ConnectionHolder holder)) {
			boolean unused = work.getAsBoolean();
			return;
		}
		Savepoint savepoint = this.jdbc.execute((Connection connection) -> connection.setSavepoint());
		CommitActions actions = CommitActions.current(this);
		int announced = actions.size();
		boolean doomed = holder.isRollbackOnly();
		boolean wanted = false;
		try {
			wanted = work.getAsBoolean();
			if (wanted) {
				release(savepoint);
			}
		}
		catch (DataAccessException ex) {
			wanted = false;
			throw ex;
		}
		finally {
			if (!wanted) {
				actions.truncate(announced);
				this.jdbc.execute((Connection connection) -> {
					connection.rollback(savepoint);
					return true;
				});
				if (!doomed) {
					holder.resetRollbackOnly();
				}
			}
		}
	}

	/**
	 * Runs work in no transaction, whatever the caller has.
	 * @param work the work
	 */
	public void apart(Runnable work) {
		this.none.executeWithoutResult((status) -> work.run());
	}

	private void release(Savepoint savepoint) {
		this.jdbc.execute((Connection connection) -> {
			connection.releaseSavepoint(savepoint);
			return true;
		});
	}

	// A pool may be set up with auto-commit off; then a lone statement would be rolled
	// back on return to the pool.
	private boolean commitsByItself() {
		Boolean known = this.autoCommit;
		if (known == null) {
			known = this.jdbc.execute((Connection connection) -> connection.getAutoCommit());
			this.autoCommit = known;
		}
		return Boolean.TRUE.equals(known);
	}

	/**
	 * Runs work in a transaction of its own, whatever the caller has.
	 * @param work the work
	 * @param <T> its result
	 * @return its result
	 */
	public <T> T separately(Supplier<T> work) {
		T result = this.own.execute(status -> work.get());
		return result;
	}

	/**
	 * Runs several queries on one snapshot's connection, in the caller's transaction when
	 * there is one.
	 * @param work the queries
	 * @param <T> their result
	 * @return their result
	 */
	public <T> T read(Supplier<T> work) {
		return joined() ? work.get() : this.reading.execute(status -> work.get());
	}

	/**
	 * Runs an action once the current transaction has committed, or at once when there is
	 * none that covers the store's DataSource: what was changed beside another one is
	 * committed already, and stays so if that one is rolled back. An action registered
	 * after a savepoint is dropped with that savepoint.
	 * @param action the action; must not throw
	 */
	public void afterCommit(Runnable action) {
		if (TransactionSynchronizationManager.isSynchronizationActive() && joined()) {
			CommitActions actions = CommitActions.current(this);
			if (!actions.committed()) {
				actions.add(action);
				return;
			}
			// Called from another after-commit action: nobody would run this one later.
			action.run();
		}
		else {
			action.run();
		}
	}

}
