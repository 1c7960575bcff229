package org.openjobspec.boot.engine;

import java.util.List;

/**
 * Workers, a part of them, and how many there are.
 *
 * @param workers the part, by id
 * @param total how many there are in all
 * @param running how many of all fetch and work
 * @param quiet how many of all fetch nothing more
 * @param stale how many of all have been silent for too long
 */
public record WorkerList(List<WorkerInfo> workers, long total, long running, long quiet, long stale) {
}
