package com.example.demo.jdbc;

import java.util.Optional;

import com.example.demo.NoteStore;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
public class JdbcNoteStore implements NoteStore {

	private final JdbcClient jdbc;

	public JdbcNoteStore(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	@Transactional
	public Note add(String text) {
		long id = this.jdbc.sql("INSERT INTO note (text) VALUES (?) RETURNING id")
			.param(text)
			.query(Long.class)
			.single();
		return new Note(id, text);
	}

	@Override
	@Transactional(readOnly = true)
	public Optional<Note> find(long id) {
		return this.jdbc.sql("SELECT id, text FROM note WHERE id = ?").param(id).query(Note.class).optional();
	}

	@Override
	@Transactional
	public void index(long id, String by) {
		this.jdbc.sql("UPDATE note SET indexed_by = ? WHERE id = ?").param(by).param(id).update();
	}

}
