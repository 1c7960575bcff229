package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;

/**
 * Makes the library's classes, and only those, read a wrong clock.
 */
final class ClockAgent {

	private static final String LIBRARY = "org/openjobspec/boot/";

	private static final String SHIFTED = "org/openjobspec/benchmarks/faults/ShiftedClock";

	/** What is called, and what is called instead. */
	private static final Map<String, String> READS = Map.of("java/lang/System.currentTimeMillis()J",
			"currentTimeMillis", "java/time/Instant.now()Ljava/time/Instant;", "instant",
			"java/time/Clock.systemUTC()Ljava/time/Clock;", "systemUTC",
			"java/time/Clock.systemDefaultZone()Ljava/time/Clock;", "systemDefaultZone",
			"java/time/InstantSource.system()Ljava/time/InstantSource;", "system",
			"java/time/LocalDate.now()Ljava/time/LocalDate;", "localDate",
			"java/time/LocalTime.now()Ljava/time/LocalTime;", "localTime",
			"java/time/LocalDateTime.now()Ljava/time/LocalDateTime;", "localDateTime",
			"java/time/OffsetDateTime.now()Ljava/time/OffsetDateTime;", "offsetDateTime",
			"java/time/ZonedDateTime.now()Ljava/time/ZonedDateTime;", "zonedDateTime");

	private static final AtomicInteger rewritten = new AtomicInteger();

	private ClockAgent() {
	}

	/**
	 * Called by the JVM before the application starts.
	 * @param shift how wrong the clock is, for example {@code PT1H}
	 * @param instrumentation the JVM
	 */
	public static void premain(String shift, Instrumentation instrumentation) {
		ShiftedClock.shift(Duration.parse(shift));
		instrumentation.addTransformer(new Transformer());
	}

	/** How many calls read the wrong clock now. */
	static int rewritten() {
		return rewritten.get();
	}

	/**
	 * The JVM option that loads this agent. The jar that Java asks for has a manifest and
	 * nothing else, since the class is on the class path anyway.
	 * @param directory where to keep that jar
	 * @param shift how wrong the clock is to be
	 * @return the option
	 */
	static String option(Path directory, Duration shift) {
		Path jar = directory.resolve("clock-agent.jar");
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().putValue("Premain-Class", ClockAgent.class.getName());
		try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
			out.finish();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return "-javaagent:%s=%s".formatted(jar.toAbsolutePath(), shift);
	}

	private static final class Transformer implements ClassFileTransformer {

		@Override
		public byte @Nullable [] transform(@Nullable ClassLoader loader, @Nullable String name,
				@Nullable Class<?> redefined, @Nullable ProtectionDomain domain, byte[] bytes) {
			if (name == null || !name.startsWith(LIBRARY)) {
				return null;
			}
			ClassReader reader = new ClassReader(bytes);
			ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
			reader.accept(new Rewriting(writer), 0);
			return writer.toByteArray();
		}

	}

	private static final class Rewriting extends ClassVisitor {

		Rewriting(ClassVisitor next) {
			super(SpringAsmInfo.ASM_VERSION, next);
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION,
					super.visitMethod(access, name, descriptor, signature, exceptions)) {

				@Override
				public void visitMethodInsn(int opcode, String owner, String method, String type, boolean ofInterface) {
					String instead = READS.get(owner + "." + method + type);
					if (opcode == Opcodes.INVOKESTATIC && instead != null) {
						rewritten.incrementAndGet();
						super.visitMethodInsn(opcode, SHIFTED, instead, type, false);
					}
					else if (opcode == Opcodes.INVOKESPECIAL && owner.equals("java/util/Date") && type.equals("()V")) {
						rewritten.incrementAndGet();
						super.visitMethodInsn(Opcodes.INVOKESTATIC, SHIFTED, "currentTimeMillis", "()J", false);
						super.visitMethodInsn(opcode, owner, method, "(J)V", false);
					}
					else {
						super.visitMethodInsn(opcode, owner, method, type, ofInterface);
					}
				}

			};
		}

	}

}
