package org.openjobspec.benchmarks.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.util.Set;

import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.tools.attach.VirtualMachine;

/**
 * Memory, threads and connections of another process.
 */
final class Vitals implements AutoCloseable {

	private final JMXConnector connector;

	private final MBeanServerConnection beans;

	private final MemoryMXBean memory;

	private final ThreadMXBean threads;

	private Vitals(JMXConnector connector) throws IOException {
		this.connector = connector;
		this.beans = connector.getMBeanServerConnection();
		this.memory = ManagementFactory.getPlatformMXBean(this.beans, MemoryMXBean.class);
		this.threads = ManagementFactory.getPlatformMXBean(this.beans, ThreadMXBean.class);
	}

	/**
	 * Attaches to a process of this user.
	 * @param pid the process
	 * @return its vitals
	 * @throws Exception if it is no Java process
	 */
	@SuppressWarnings("BanJNDI") // what answers is a process that we have started
	static Vitals of(long pid) throws Exception {
		VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
		try {
			return new Vitals(JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
		}
		finally {
			machine.detach();
		}
	}

	/**
	 * Collects garbage and looks.
	 * @param requests how many requests it has had
	 * @return what it takes
	 */
	Sample sample(long requests) {
		try {
			// Twice: what the first collection has found to be dead may hold other
			// things.
			this.memory.gc();
			this.memory.gc();
			return new Sample(requests, this.memory.getHeapMemoryUsage().getUsed(),
					this.memory.getNonHeapMemoryUsage().getUsed(), this.threads.getThreadCount(),
					pool("ActiveConnections"), pool("ThreadsAwaitingConnection"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (JMException ex) {
			throw new IllegalStateException("The node does not tell its pool", ex);
		}
	}

	private int pool(String attribute) throws IOException, JMException {
		Set<ObjectName> pools = this.beans.queryNames(new ObjectName("com.zaxxer.hikari:type=Pool (*)"), null);
		int sum = 0;
		for (ObjectName pool : pools) {
			sum += (Integer) this.beans.getAttribute(pool, attribute);
		}
		return sum;
	}

	@Override
	public void close() {
		try {
			this.connector.close();
		}
		catch (IOException ex) {
			// The process is gone.
		}
	}

	/**
	 * What a node takes at rest.
	 *
	 * @param requests how many requests it has had
	 * @param heap bytes in use after a collection
	 * @param nonHeap bytes in use for classes and compiled code
	 * @param threads threads
	 * @param busy connections of its pool that somebody has
	 * @param waiting threads that wait for one
	 */
	record Sample(long requests, long heap, long nonHeap, int threads, int busy, int waiting) {
	}

}
