package com.example.demo.jpa;

import java.util.Optional;

import com.example.demo.NoteStore;

import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
public class JpaNoteStore implements NoteStore {

	private final NoteRepository notes;

	public JpaNoteStore(NoteRepository notes) {
		this.notes = notes;
	}

	@Override
	@Transactional
	public Note add(String text) {
		return note(this.notes.save(new NoteEntity(text)));
	}

	@Override
	@Transactional(readOnly = true)
	public Optional<Note> find(long id) {
		return this.notes.findById(id).map(JpaNoteStore::note);
	}

	@Override
	@Transactional
	public void index(long id, String by) {
		this.notes.findById(id).orElseThrow().setIndexedBy(by);
	}

	private static Note note(NoteEntity entity) {
		return new Note(entity.getId(), entity.getText());
	}

}
