package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

import org.openjobspec.benchmarks.support.PostgresServer;

/**
 * What {@code pg_basebackup -R} does, by the functions that PostgreSQL has for it: the
 * embedded distribution comes without the program.
 */
final class BaseBackup {

	/** Directories whose contents belong to the running server. */
	private static final Set<String> EMPTY = Set.of("pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial",
			"pg_snapshots", "pg_stat_tmp", "pg_subtrans");

	private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "standby.signal",
			"backup_label", "backup_manifest", "postgresql.auto.conf", "pg_internal.init", "epg-lock");

	private BaseBackup() {
	}

	/**
	 * Copies a running server's data into a directory from which a standby can start.
	 * @param primary the server
	 * @param target an empty directory
	 */
	static void take(PostgresServer primary, Path target) {
		try (Connection connection = primary.database().connect(); Statement statement = connection.createStatement()) {
			statement.execute("SELECT pg_backup_start('standby', true)");
			copy(primary.data(), target);
			try (ResultSet row = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
				row.next();
				Files.writeString(target.resolve("backup_label"), row.getString(1));
			}
			Files.writeString(target.resolve("postgresql.auto.conf"),
					"primary_conninfo = 'host=localhost port=%d user=postgres application_name=standby'%n"
						.formatted(primary.port()));
			Files.createFile(target.resolve("standby.signal"));
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The base backup failed", ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void copy(Path source, Path target) throws IOException {
		Files.walkFileTree(source, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
					throws IOException {
				Path copy = target.resolve(source.relativize(directory));
				Files.createDirectories(copy);
				if (source.equals(directory.getParent()) && EMPTY.contains(directory.getFileName().toString())) {
					if (directory.endsWith("pg_wal")) {
						Files.createDirectories(copy.resolve("archive_status"));
						Files.createDirectories(copy.resolve("summaries"));
					}
					return FileVisitResult.SKIP_SUBTREE;
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				String name = file.getFileName().toString();
				if (!LEFT_OUT.contains(name) && !name.startsWith("pgsql_tmp")) {
					try {
						Files.copy(file, target.resolve(source.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
					}
					catch (NoSuchFileException ex) {
						// The server has removed it meanwhile; replay knows.
					}
				}
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFileFailed(Path file, IOException ex) throws IOException {
				if (ex instanceof NoSuchFileException) {
					return FileVisitResult.CONTINUE;
				}
				throw ex;
			}

		});
		Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
	}

}
