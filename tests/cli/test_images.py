"""`ask --image`: what is attached reaches the model, and what is no image is refused."""

from __future__ import annotations

import base64
import json

from tests.support.fault_server import serve_in_thread
from tests.support.pictures import gif, png
from tests.support.processes import CommandLine
from tests.support.setups import answer, mylab


def test_images_of_files_are_sent_with_the_question(program: CommandLine):
    (program.home.parent / "a.png").write_bytes(png())
    (program.home.parent / "b.gif").write_bytes(gif())
    with serve_in_thread([answer("Two cats.")]) as server:
        program.configure(mylab(server.openai_url))
        files = [str(program.home.parent / name) for name in ("a.png", "b.gif")]
        done = program.run("ask", "--image", files[0], "--image", files[1], "What are these?")
        content = server.requests[0].json()["messages"][-1]["content"]
    assert (done.code, done.text) == (0, "Two cats.\n")
    assert [block["type"] for block in content] == ["image_url", "image_url", "text"]
    encoded = base64.b64encode(png()).decode()
    assert content[0]["image_url"]["url"] == f"data:image/png;base64,{encoded}"


def test_a_file_that_is_no_image_is_refused_with_a_sentence(program: CommandLine):
    (program.home.parent / "a.png").write_text("not an image")
    with serve_in_thread([answer("Hm.")]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", "--image", str(program.home.parent / "a.png"), "What is this?")
        assert server.requests == []
    assert (done.code, done.text) == (2, "")
    assert "a.png is not a PNG, JPEG, WebP or GIF image." in done.said
    assert json.loads(program.run("sessions", "list", "--json").text) == {"sessions": []}
