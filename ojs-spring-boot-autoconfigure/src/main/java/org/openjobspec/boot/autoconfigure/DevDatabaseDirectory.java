package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * A folder that holds one development database: its data, its log, and a lock. Who holds
 * the lock owns the server and stops it; the operating system frees it when the owner
 * dies, however it dies.
 *
 * @param path the folder
 * @param temporary whether it goes away with its owner
 */
record DevDatabaseDirectory(Path path, boolean temporary) {

	private static final String TEMPORARY_PREFIX = "temporary-";

	private static final int LOG_TAIL_LINES = 20;

	/**
	 * Open a folder that stays, creating it when it is missing.
	 * @param path the folder
	 * @return the folder
	 */
	static DevDatabaseDirectory kept(Path path) {
		Path absolute = path.toAbsolutePath().normalize();
		try {
			if (!Files.isDirectory(absolute)) {
				Path parent = absolute.getParent();
				if (parent != null) {
					Files.createDirectories(parent);
				}
				Files.createDirectory(absolute, ownerOnly());
			}
			return new DevDatabaseDirectory(absolute, false);
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(absolute, ex);
		}
	}

	/**
	 * Create a folder for one run, and remove those whose owner died before it could.
	 * @return the new folder
	 */
	static DevDatabaseDirectory forOneRun() {
		Path home = home();
		try {
			sweep(home);
			return new DevDatabaseDirectory(Files.createTempDirectory(home, TEMPORARY_PREFIX), true);
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(home, ex);
		}
	}

	/**
	 * Return the folder for the server's binaries, extracted once per user and machine.
	 * The extraction makes it writable for everybody, which its private parent undoes.
	 * @return the folder, which may not exist yet
	 */
	static Path binaries() {
		return home().resolve("binaries");
	}

	// Executables are run from here, so it must not be a folder that somebody else laid
	// out under the predictable name.
	private static Path home() {
		Path temp = Path.of(System.getProperty("java.io.tmpdir"));
		Path home = temp.resolve("ojs-dev-database-" + System.getProperty("user.name"));
		try {
			if (Files.notExists(home, LinkOption.NOFOLLOW_LINKS)) {
				Files.createDirectories(home, ownerOnly());
			}
			return isPrivate(home) ? home : Files.createTempDirectory(temp, "ojs-dev-database-");
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(home, ex);
		}
	}

	private static boolean isPrivate(Path directory) throws IOException {
		if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			return false;
		}
		if (!isPosix()) {
			return true;
		}
		Path probe = Files.createTempFile("ojs-owner", null);
		try {
			return Files.getOwner(directory).equals(Files.getOwner(probe))
					&& PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)).endsWith("------");
		}
		finally {
			Files.delete(probe);
		}
	}

	private static void sweep(Path home) throws IOException {
		List<Path> candidates;
		try (Stream<Path> children = Files.list(home)) {
			candidates = children.filter((child) -> child.getFileName().toString().startsWith(TEMPORARY_PREFIX))
				.toList();
		}
		// A younger one may belong to an application that is about to lock it.
		Instant old = Instant.now().minus(Duration.ofMinutes(1));
		for (Path candidate : candidates) {
			if (Files.getLastModifiedTime(candidate).toInstant().isBefore(old)) {
				DevDatabaseDirectory abandoned = new DevDatabaseDirectory(candidate, true);
				FileLock lock = abandoned.tryLock();
				if (lock != null) {
					Postmaster.of(abandoned.data())
						.filter((server) -> server.isAlive() && server.answers())
						.ifPresent(Postmaster::stop);
					abandoned.release(lock);
				}
			}
		}
	}

	Path data() {
		return this.path.resolve("data");
	}

	Path log() {
		return this.path.resolve("server.log");
	}

	/**
	 * Return the end of what initdb and the server wrote since the last start.
	 * @return the last lines, empty when there are none
	 */
	String logTail() {
		try {
			if (Files.notExists(log())) {
				return "";
			}
			List<String> lines = new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).lines().toList();
			return String.join(System.lineSeparator(),
					lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(this.path, ex);
		}
	}

	/**
	 * Become the owner.
	 * @return the lock, or {@code null} when there is another owner
	 */
	@Nullable FileLock tryLock() {
		try {
			FileChannel channel = FileChannel.open(this.path.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			Optional<FileLock> lock = tryLock(channel);
			if (lock.isEmpty()) {
				channel.close();
			}
			return lock.orElse(null);
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(this.path, ex);
		}
	}

	private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
		try {
			return Optional.ofNullable(channel.tryLock());
		}
		catch (OverlappingFileLockException ex) {
			// The owner is another application context of this JVM.
			return Optional.empty();
		}
	}

	/**
	 * Cease to be the owner, and remove the folder if it is temporary.
	 * @param lock what {@link #tryLock()} returned
	 */
	void release(FileLock lock) {
		try {
			lock.acquiredBy().close();
			if (this.temporary) {
				FileSystemUtils.deleteRecursively(this.path);
			}
		}
		catch (IOException ex) {
			throw DevDatabaseException.directory(this.path, ex);
		}
	}

	private static FileAttribute<?>[] ownerOnly() {
		return isPosix()
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")) }
				: new FileAttribute<?>[0];
	}

	private static boolean isPosix() {
		return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
	}

}
