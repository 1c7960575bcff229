package com.example.demo.web;

import com.example.demo.NoteStore;
import com.example.demo.NoteStore.Note;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

/**
 * Also answers below a base path of the jobs' API, as an application may.
 */
@RestController
@RequestMapping({ "/notes", "/api/v1/notes" })
public class NoteController {

	private final NoteStore notes;

	public NoteController(NoteStore notes) {
		this.notes = notes;
	}

	@GetMapping("/{id}")
	Note read(@PathVariable long id) {
		return this.notes.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "No such note"));
	}

	@GetMapping
	Page list(@RequestParam int size) {
		return new Page(size);
	}

	@PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.CREATED)
	Note add(@RequestBody NewNote note) {
		if (note.text() == null || note.text().isBlank()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "A note needs a text");
		}
		return this.notes.add(note.text());
	}

	@PutMapping(path = "/form", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
	String form(@RequestParam String text) {
		return text;
	}

	@PostMapping(path = "/file", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
	Page upload(@RequestParam MultipartFile file) {
		return new Page((int) file.getSize());
	}

	@GetMapping("/broken")
	Note broken() {
		throw new IllegalStateException("The shelf has fallen down");
	}

	record NewNote(String text) {

	}

	record Page(int size) {

	}

}
