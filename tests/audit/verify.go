// Verifies a log in the layout of C2SP tlog-tiles with Go's packages: verify FOLDER
//
// FOLDER has `key` (a verifier key), `checkpoint`, tiles and bundles, and perhaps `checkpoint.older`, which the
// log must extend. Prints one sentence; exits 1 if anything is wrong.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func require(holds bool, what ...interface{}) {
	if !holds {
		fmt.Println("The log is not intact:", fmt.Sprint(what...))
		os.Exit(1)
	}
}

func read(name string) []byte {
	content, err := os.ReadFile(filepath.Join(os.Args[1], name))
	require(err == nil, err)
	return content
}

// The folder's tiles, as tlog.TileHashReader reads them. Go's paths have the tiles' height in them.
type tiles struct{}

func (tiles) Height() int                     { return 8 }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (tiles) ReadTiles(wanted []tlog.Tile) (contents [][]byte, err error) {
	for _, tile := range wanted {
		contents = append(contents, read(strings.NewReplacer("/8/data/", "/entries/", "/8/", "/").Replace(tile.Path())))
	}
	return contents, nil
}

// The tree of a checkpoint that the verifier signed.
func treeOf(name string, verifier note.Verifier) (tree tlog.Tree) {
	opened, err := note.Open(read(name), note.VerifierList(verifier))
	require(err == nil, err)
	// note.Open ignores the unused bits of the last base64 character.
	_, err = base64.StdEncoding.Strict().DecodeString(opened.Sigs[0].Base64)
	require(err == nil, err)
	lines := strings.Split(opened.Text, "\n")
	require(len(lines) == 4 && lines[0] == verifier.Name(), "the checkpoint is of another log")
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	require(err == nil, err)
	tree.Hash, err = tlog.ParseHash(lines[2])
	require(err == nil, err)
	return tree
}

// The entries of the first `count`, from their bundles.
func entriesOf(count int64) (entries [][]byte) {
	for left := count; left > 0; left -= 256 {
		bundle := tlog.Tile{H: 8, L: -1, N: (count - left) / 256, W: 256}
		if left < 256 {
			bundle.W = int(left)
		}
		contents, _ := tiles{}.ReadTiles([]tlog.Tile{bundle})
		rest := contents[0]
		for i := 0; i < bundle.W; i++ {
			require(len(rest) >= 2 && len(rest)-2 >= int(binary.BigEndian.Uint16(rest)), "a bundle is too short")
			end := 2 + int(binary.BigEndian.Uint16(rest))
			entries, rest = append(entries, rest[2:end]), rest[end:]
		}
		require(len(rest) == 0, "a bundle is too long")
	}
	return entries
}

// The root of the tree, computed from the entries alone.
func rootOf(entries [][]byte) tlog.Hash {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, reader)
		require(err == nil, err)
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(int64(len(entries)), reader)
	require(err == nil, err)
	return root
}

func main() {
	key := strings.TrimSuffix(string(read("key")), "\n")
	verifier, err := note.NewVerifier(key)
	require(err == nil, err)
	require(strings.HasPrefix(key, fmt.Sprintf("%s+%08x+", verifier.Name(), verifier.KeyHash())), "the key has another spelling")
	tree := treeOf("checkpoint", verifier)
	entries := entriesOf(tree.N)
	require(rootOf(entries) == tree.Hash, "the entries have another root than the checkpoint")
	reader := tlog.TileHashReader(tree, tiles{})
	var places []int64
	for i := range entries {
		places = append(places, tlog.StoredHashIndex(0, int64(i)))
	}
	leaves, err := reader.ReadHashes(places)
	require(err == nil, err)
	for i, entry := range entries {
		require(leaves[i] == tlog.RecordHash(entry), "entry ", i, " has another hash than its tile says")
		proof, err := tlog.ProveRecord(tree.N, int64(i), reader)
		require(err == nil, err)
		err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), leaves[i])
		require(err == nil, err)
	}
	if _, err := os.Stat(filepath.Join(os.Args[1], "checkpoint.older")); err == nil {
		older := treeOf("checkpoint.older", verifier)
		proof, err := tlog.ProveTree(tree.N, older.N, reader)
		require(err == nil, err)
		require(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash) == nil, "it does not extend the older log")
	}
	fmt.Printf("The log of %d entries is intact.\n", tree.N)
}
