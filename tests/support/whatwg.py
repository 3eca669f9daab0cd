"""A literal, slow transcription of two standards, to compare the fast decoder with.

* WHATWG Encoding, section 8.1.1 (the UTF-8 decoder) and "UTF-8 decode", which drops one BOM.
* WHATWG HTML, section 9.2.6 "Interpreting an event stream", sentence by sentence.
"""

from __future__ import annotations

REPLACEMENT = "\ufffd"


def utf8_decode(stream: bytes) -> str:
    """UTF-8 decode: one byte order mark at the start is dropped, errors become U+FFFD."""
    if stream[:3] == b"\xef\xbb\xbf":
        stream = stream[3:]
    out = []
    code_point = seen = needed = 0
    lower, upper = 0x80, 0xBF
    at = 0
    while True:
        byte = stream[at] if at < len(stream) else None
        at += 1
        if byte is None:
            if needed:
                out.append(REPLACEMENT)
            return "".join(out)
        if needed == 0:
            if byte <= 0x7F:
                out.append(chr(byte))
            elif 0xC2 <= byte <= 0xDF:
                needed, code_point = 1, byte & 0x1F
            elif 0xE0 <= byte <= 0xEF:
                if byte == 0xE0:
                    lower = 0xA0
                if byte == 0xED:
                    upper = 0x9F
                needed, code_point = 2, byte & 0xF
            elif 0xF0 <= byte <= 0xF4:
                if byte == 0xF0:
                    lower = 0x90
                if byte == 0xF4:
                    upper = 0x8F
                needed, code_point = 3, byte & 0x7
            else:
                out.append(REPLACEMENT)
            continue
        if not lower <= byte <= upper:
            code_point = seen = needed = 0
            lower, upper = 0x80, 0xBF
            at -= 1  # restore the byte to the stream
            out.append(REPLACEMENT)
            continue
        lower, upper = 0x80, 0xBF
        code_point = (code_point << 6) | (byte & 0x3F)
        seen += 1
        if seen == needed:
            out.append(chr(code_point))
            code_point = seen = needed = 0


def lines_of(text: str) -> list[str]:
    """Return the lines: CRLF, an LF not preceded by a CR, and a CR not followed by an LF end one.

    A line that has no end is not given: what it belongs to can't be dispatched.
    """
    lines = []
    line = ""
    at = 0
    while at < len(text):
        if text[at] == "\r":
            lines.append(line)
            line = ""
            at += 2 if text[at + 1 : at + 2] == "\n" else 1
        elif text[at] == "\n":
            lines.append(line)
            line = ""
            at += 1
        else:
            line += text[at]
            at += 1
    return lines


class EventSource:
    """The state of the standard's algorithm, under the standard's names."""

    def __init__(self) -> None:
        self.data_buffer = ""
        self.event_type_buffer = ""
        self.last_event_id_buffer = ""
        self.last_event_id_string = ""
        self.reconnection_time: int | None = None
        self.comments = 0
        self.events: list[tuple[str, str, str]] = []

    def process_line(self, line: str) -> None:
        if line == "":  # If the line is empty (a blank line)
            self.dispatch()
        elif line[0] == ":":  # If the line starts with a U+003A COLON character
            self.comments += 1  # Ignore the line.
        elif ":" in line:  # If the line contains a U+003A COLON character
            at = line.index(":")
            field, value = line[:at], line[at + 1 :]
            if value[:1] == " ":  # If value starts with a U+0020 SPACE character, remove it
                value = value[1:]
            self.process_field(field, value)
        else:  # Otherwise
            self.process_field(line, "")

    def process_field(self, field: str, value: str) -> None:
        if field == "event":
            self.event_type_buffer = value
        elif field == "data":
            self.data_buffer += value
            self.data_buffer += "\n"
        elif field == "id":
            if "\0" not in value:
                self.last_event_id_buffer = value
        elif field == "retry" and value and all(digit in "0123456789" for digit in value):
            self.reconnection_time = int(value, 10)

    def dispatch(self) -> None:
        self.last_event_id_string = self.last_event_id_buffer
        if self.data_buffer == "":
            self.data_buffer = ""
            self.event_type_buffer = ""
            return
        if self.data_buffer[-1] == "\n":
            self.data_buffer = self.data_buffer[:-1]
        self.events.append((self.event_type_buffer, self.data_buffer, self.last_event_id_string))
        self.data_buffer = ""
        self.event_type_buffer = ""


def interpret(stream: bytes) -> EventSource:
    """Everything the standard says about a whole stream; pending data at its end is discarded."""
    source = EventSource()
    for line in lines_of(utf8_decode(stream)):
        source.process_line(line)
    return source
