package com.example.demo.jobs;

import com.example.demo.NoteStore;
import com.example.demo.NoteStore.Note;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * At start stores two notes, each with its job in the same transaction, of which one is
 * rolled back.
 */
@Component
public class NoteJobs implements ApplicationRunner {

	static final String EDITION = "first edition";

	private final OjsTemplate jobs;

	private final NoteStore notes;

	private final TransactionTemplate transaction;

	public NoteJobs(OjsTemplate jobs, NoteStore notes, TransactionTemplate transaction) {
		this.jobs = jobs;
		this.notes = notes;
		this.transaction = transaction;
	}

	@Override
	public void run(ApplicationArguments args) {
		this.transaction.executeWithoutResult((status) -> {
			Note note = this.notes.add("kept");
			this.jobs.enqueue("note.index", new NoteAdded(note.id()));
		});
		this.transaction.executeWithoutResult((status) -> {
			Note note = this.notes.add("rolled back");
			this.jobs.enqueue("note.index", new NoteAdded(note.id()));
			status.setRollbackOnly();
		});
	}

	@OjsHandler("note.index")
	public void index(NoteAdded added) {
		this.notes.index(added.id(), EDITION);
	}

	public record NoteAdded(long id) {

	}

}
