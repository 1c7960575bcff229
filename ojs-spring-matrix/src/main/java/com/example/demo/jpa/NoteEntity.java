package com.example.demo.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "note")
public class NoteEntity {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	private String text;

	private String indexedBy;

	protected NoteEntity() {
	}

	public NoteEntity(String text) {
		this.text = text;
	}

	public Long getId() {
		return this.id;
	}

	public String getText() {
		return this.text;
	}

	public void setIndexedBy(String indexedBy) {
		this.indexedBy = indexedBy;
	}

	public String getIndexedBy() {
		return this.indexedBy;
	}

}
