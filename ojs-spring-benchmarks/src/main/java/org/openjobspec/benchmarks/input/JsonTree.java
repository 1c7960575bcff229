package org.openjobspec.benchmarks.input;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON text that may say what no JSON library would write: members of the same name,
 * leaves that are no values.
 */
sealed interface JsonTree {

	/**
	 * Writes the text.
	 * @param out where to
	 */
	void write(StringBuilder out);

	/**
	 * Copies the text.
	 * @param leaves maps the texts of leaves
	 * @return a copy that shares nothing
	 */
	JsonTree copy(Function<String, String> leaves);

	/**
	 * Lists the places in which values stand, at every depth.
	 * @param found takes each place
	 */
	void places(Consumer<Place> found);

	/**
	 * Reads correct JSON.
	 * @param json the text
	 * @return the tree
	 */
	static JsonTree parse(String json) {
		try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
			parser.nextToken();
			return read(parser);
		}
	}

	private static JsonTree read(JsonParser parser) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.START_OBJECT) {
			Members members = new Members(new ArrayList<>());
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				parser.nextToken();
				members.list().add(new Member('"' + name + '"', read(parser)));
			}
			return members;
		}
		if (token == JsonToken.START_ARRAY) {
			Items items = new Items(new ArrayList<>());
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				items.list().add(new Item(read(parser)));
			}
			return items;
		}
		return new Leaf((token == JsonToken.VALUE_STRING) ? '"' + parser.getString() + '"' : parser.getString());
	}

	/** Where a value stands, which can be exchanged. */
	abstract sealed class Place {

		private JsonTree value;

		Place(JsonTree value) {
			this.value = value;
		}

		JsonTree value() {
			return this.value;
		}

		void put(JsonTree replacement) {
			this.value = replacement;
		}

		void put(String text) {
			this.value = new Leaf(text);
		}

	}

	/** A member of an object. */
	final class Member extends Place {

		private String name;

		Member(String name, JsonTree value) {
			super(value);
			this.name = name;
		}

		/**
		 * Its name.
		 * @return the name with its quotes
		 */
		String name() {
			return this.name;
		}

		void rename(String quoted) {
			this.name = quoted;
		}

	}

	/** An item of an array. */
	final class Item extends Place {

		Item(JsonTree value) {
			super(value);
		}

	}

	/**
	 * A text that stands where a value should.
	 *
	 * @param text the text
	 */
	record Leaf(String text) implements JsonTree {

		@Override
		public void write(StringBuilder out) {
			out.append(this.text);
		}

		@Override
		public JsonTree copy(Function<String, String> leaves) {
			return new Leaf(leaves.apply(this.text));
		}

		@Override
		public void places(Consumer<Place> found) {
		}

	}

	/**
	 * An object.
	 *
	 * @param list its members
	 */
	record Members(List<Member> list) implements JsonTree {

		@Override
		public void write(StringBuilder out) {
			char before = '{';
			for (Member member : this.list) {
				out.append(before).append(member.name()).append(':');
				member.value().write(out);
				before = ',';
			}
			out.append(this.list.isEmpty() ? "{}" : "}");
		}

		@Override
		public JsonTree copy(Function<String, String> leaves) {
			List<Member> copies = new ArrayList<>();
			this.list.forEach((member) -> copies.add(new Member(member.name(), member.value().copy(leaves))));
			return new Members(copies);
		}

		@Override
		public void places(Consumer<Place> found) {
			for (Member member : this.list) {
				found.accept(member);
				member.value().places(found);
			}
		}

	}

	/**
	 * An array.
	 *
	 * @param list its items
	 */
	record Items(List<Item> list) implements JsonTree {

		@Override
		public void write(StringBuilder out) {
			char before = '[';
			for (Item item : this.list) {
				out.append(before);
				item.value().write(out);
				before = ',';
			}
			out.append(this.list.isEmpty() ? "[]" : "]");
		}

		@Override
		public JsonTree copy(Function<String, String> leaves) {
			List<Item> copies = new ArrayList<>();
			this.list.forEach((item) -> copies.add(new Item(item.value().copy(leaves))));
			return new Items(copies);
		}

		@Override
		public void places(Consumer<Place> found) {
			for (Item item : this.list) {
				found.accept(item);
				item.value().places(found);
			}
		}

	}

}
