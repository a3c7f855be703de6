"""Any two manifests of a campaign, compared."""

from lineage.manifest import manifest_hash

from .workflow import WORDS


async def test_any_two_manifests_are_compared_with_versions_pictures_and_words(client, workflow):
    await workflow.submitted()
    await workflow.rewritten(sha256="c" * 64)
    url = f"/api/campaigns/{workflow.story.id}/manifests/compare"
    told = (await client.get(url)).json()
    assert (told["from"], told["added"], told["removed"]) == (workflow.manifest, [], [])
    [changed] = told["changed"]
    assert (changed["assetId"], changed["was"]["version"], changed["now"]["version"]) == (workflow.story.copy, 1, 2)
    assert (changed["was"]["contentHash"], changed["now"]["contentHash"]) == (f"{1:064x}", "c" * 64)
    [headline] = changed["text"]
    assert (headline["field"], headline["was"], headline["now"]) == ("headline", "涼しい朝", WORDS.headline)
    assert "".join(one["text"] for one in headline["segments"] if one["op"] != "removed") == WORDS.headline
    assert "".join(one["text"] for one in headline["segments"] if one["op"] != "added") == "涼しい朝"
    back = (await client.get(url, params={"from": told["to"], "to": told["from"]})).json()
    assert (back["changed"][0]["was"]["version"], back["changed"][0]["now"]["version"]) == (2, 1)


async def test_manifest_that_nobody_submitted_is_found_in_the_kits_past(client, workflow):
    first = (await workflow.get())["currentManifest"]
    await workflow.rewritten(2)
    second = (await workflow.get())["currentManifest"]
    await workflow.rewritten(3)
    url = f"/api/campaigns/{workflow.story.id}/manifests/compare"
    told = (await client.get(url, params={"from": first, "to": second})).json()
    assert [(one["was"]["version"], one["now"]["version"]) for one in told["changed"]] == [(1, 2)]
    begun = (await client.get(url, params={"from": manifest_hash({workflow.story.copy: f"{1:064x}"})})).json()
    assert {one["kind"] for one in begun["added"]} == {"image", "composited_image", "platform_image"}
    assert begun["added"][0]["now"]["thumbnail"]["url"].startswith("/api/blobs/")
    assert (await client.get(url, params={"from": "f" * 64})).status_code == 404
    assert (await client.get(url, params={"from": "F"})).status_code == 422
