// Verifies a log in the layout of C2SP tlog-tiles with Go's packages: verify FOLDER
//
// FOLDER has `key` (a verifier key), `checkpoint`, tiles and bundles, and perhaps `checkpoint.older`, which the
// log must extend, and `retention`, which says that the oldest entries were removed. Prints one sentence; exits 1 if anything is wrong.
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

// Where the kept entries begin: 0, or what the statement in `retention` says, which the verifier signed.
func keptFrom(verifier note.Verifier) (from int64, root tlog.Hash) {
	if _, err := os.Stat(filepath.Join(os.Args[1], "retention")); err != nil {
		return 0, root
	}
	opened, err := note.Open(read("retention"), note.VerifierList(verifier))
	require(err == nil, err)
	lines := strings.Split(opened.Text, "\n")
	require(len(lines) == 4 && lines[0] == verifier.Name()+"/retention", "the statement of removed entries is of another log")
	from, err = strconv.ParseInt(lines[1], 10, 64)
	require(err == nil && from > 0 && from%256 == 0, "the kept entries do not begin with a bundle")
	root, err = tlog.ParseHash(lines[2])
	require(err == nil, err)
	return from, root
}

// The hashes of the first `count` entries, from their tiles.
func hashesOf(count int64) (hashes []tlog.Hash) {
	for n := int64(0); n < count/256; n++ {
		contents, _ := tiles{}.ReadTiles([]tlog.Tile{{H: 8, L: 0, N: n, W: 256}})
		require(len(contents[0]) == 256*tlog.HashSize, "a tile has another size")
		for rest := contents[0]; len(rest) > 0; rest = rest[tlog.HashSize:] {
			var hash tlog.Hash
			copy(hash[:], rest)
			hashes = append(hashes, hash)
		}
	}
	return hashes
}

// The entries from `from` to `count`, from their bundles.
func entriesOf(from, count int64) (entries [][]byte) {
	for left := count - from; left > 0; left -= 256 {
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

// The root of the tree, computed from the hashes of its entries alone.
func rootOf(leaves []tlog.Hash) tlog.Hash {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	for i, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(i), leaf, reader)
		require(err == nil, err)
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(int64(len(leaves)), reader)
	require(err == nil, err)
	return root
}

func main() {
	key := strings.TrimSuffix(string(read("key")), "\n")
	verifier, err := note.NewVerifier(key)
	require(err == nil, err)
	require(strings.HasPrefix(key, fmt.Sprintf("%s+%08x+", verifier.Name(), verifier.KeyHash())), "the key has another spelling")
	tree := treeOf("checkpoint", verifier)
	from, removed := keptFrom(verifier)
	require(from < tree.N || tree.N == 0, "the statement of removed entries is of a longer log")
	hashes := hashesOf(from)
	require(from == 0 || rootOf(hashes) == removed, "the removed entries are not those of the statement")
	for _, entry := range entriesOf(from, tree.N) {
		hashes = append(hashes, tlog.RecordHash(entry))
	}
	require(rootOf(hashes) == tree.Hash, "the entries have another root than the checkpoint")
	reader := tlog.TileHashReader(tree, tiles{})
	var places []int64
	for i := range hashes {
		places = append(places, tlog.StoredHashIndex(0, int64(i)))
	}
	leaves, err := reader.ReadHashes(places)
	require(err == nil, err)
	for i, hash := range hashes {
		require(leaves[i] == hash, "entry ", i, " has another hash than its tile says")
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
	if from > 0 {
		fmt.Printf("The log of %d entries is intact; the first %d were removed.\n", tree.N, from)
		return
	}
	fmt.Printf("The log of %d entries is intact.\n", tree.N)
}
