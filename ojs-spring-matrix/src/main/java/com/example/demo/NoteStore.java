package com.example.demo;

import java.util.Optional;

public interface NoteStore {

	Note add(String text);

	Optional<Note> find(long id);

	void index(long id, String by);

	record Note(long id, String text) {

	}

}
