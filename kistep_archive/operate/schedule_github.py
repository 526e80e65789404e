"""The template of a workflow that keeps an archive on GitHub; `schedule` fills it in.

Why it is built this way:

* The archive is a release asset, because files of a branch are limited to 100 MB and an asset to 2 GB.
* Each run uploads a new asset and only then deletes old ones, so that there is always one.
* A new archive begins only if GitHub lists the releases and none is ours.
* GitHub disables schedules of a public repository after 60 days without activity. The last step enables this workflow again,
  which restarts the 60 days. The digest of the uploaded asset is a commit: that counts as activity, and it shows if somebody
  replaces the asset.
"""

TEMPLATE = """\
# file: .github/workflows/kistep-archive.yml
# Use it in a repository that contains the program (a fork or a copy of kistep-archive). In any other repository, replace the '.'
# after 'pip install' with the package to install. To install this workflow, in a clone of the repository:
#   1. save this text as .github/workflows/kistep-archive.yml
#   2. git add .github/workflows/kistep-archive.yml && git commit -m 'Archive on a schedule' && git push
#   3. gh workflow run kistep-archive.yml
# The archive is the newest asset of the release 'archive'; its digests are on the branch 'archive-ledger'. Times are UTC.
name: kistep-archive

on:
  schedule:
    - cron: '@CRON@'
  workflow_dispatch:

permissions:
  contents: write  # for the release with the archive, and the branch with the digests
  actions: write  # to keep this schedule enabled, see the last step

concurrency:
  group: kistep-archive
  cancel-in-progress: false

jobs:
  archive:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    defaults:
      run:
        shell: bash
    env:
      GH_TOKEN: ${{ github.token }}
      KISTEP_ARCHIVE: ${{ github.workspace }}/archive
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-python@v6
        with:
          python-version: '3.13'
      - name: Install
        run: python -m pip install .
      - name: Restore the archive
        run: |
          mkdir -p "$KISTEP_ARCHIVE"
          existing=$(gh api --paginate "repos/$GITHUB_REPOSITORY/releases" --jq '.[] | select(.tag_name == "archive") | .id')
          if [ -z "$existing" ]; then
            echo "::notice::there is no release 'archive' yet: starting a new archive"
            exit 0
          fi
          asset=$(gh release view archive --json assets --jq \\
            '[.assets[] | select(.state == "uploaded" and (.name | startswith("archive-")))] | sort_by(.createdAt) | last | .name // ""')
          if [ -z "$asset" ]; then
            echo "::error::the release 'archive' has no archive in it; to start a new archive, delete the release"
            exit 1
          fi
          gh release download archive --pattern "$asset" --dir "$RUNNER_TEMP"
          tar --extract --zstd --file "$RUNNER_TEMP/$asset" --directory "$KISTEP_ARCHIVE"
      - name: Crawl
        id: crawl
        run: |
          code=0
          # after four hours it finishes its open requests; the next run continues from there
          timeout --preserve-status 240m @CRAWL@ || code=$?
          echo "code=$code" >> "$GITHUB_OUTPUT"
          case $code in
            0) ;;
            3) echo "::warning::incomplete; the next run continues" ;;
            4) echo "::error::the site changed; the pages are stored as evidence, no post was overwritten" ;;
            *) echo "::error::exit code $code; the uploaded archive stays as it was"; exit "$code" ;;
          esac
      - name: Verify
        run: @VERIFY@
      - name: Upload the archive
        run: |
          asset="archive-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT.tar.zst"
          tar --create --zstd --file "$RUNNER_TEMP/$asset" --exclude ./lock --directory "$KISTEP_ARCHIVE" .
          if [ -z "$(gh api --paginate "repos/$GITHUB_REPOSITORY/releases" --jq '.[] | select(.tag_name == "archive") | .id')" ]; then
            gh release create archive --latest=false --title 'The archive' --notes 'The newest asset is the whole archive.'
          fi
          gh release upload archive "$RUNNER_TEMP/$asset"
          gh release view archive --json assets --jq \\
            '[.assets[] | select(.name | startswith("archive-"))] | sort_by(.createdAt) | reverse | .[5:][] | .name' |
            while read -r old; do gh release delete-asset archive "$old" --yes; done
      - name: Write its digest to the ledger
        run: |
          asset="archive-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT.tar.zst"
          digest=$(sha256sum < "$RUNNER_TEMP/$asset" | cut -d ' ' -f 1)
          before=$(git ls-remote origin refs/heads/archive-ledger | cut -f 1)
          if [ -n "$before" ]; then
            git fetch --quiet --depth 1 origin archive-ledger
            git show "$before:SHA256SUMS" > "$RUNNER_TEMP/SHA256SUMS"
          fi
          echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $digest $asset exit ${{ steps.crawl.outputs.code }}" >> "$RUNNER_TEMP/SHA256SUMS"
          tree=$(printf '100644 blob %s\\tSHA256SUMS\\n' "$(git hash-object -w "$RUNNER_TEMP/SHA256SUMS")" | git mktree)
          commit=$(git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \\
            commit-tree "$tree" ${before:+-p "$before"} -m "Run $GITHUB_RUN_ID")
          git push --quiet origin "$commit:refs/heads/archive-ledger"
      - name: Keep this schedule enabled
        if: ${{ always() }}
        run: gh api --method PUT "repos/$GITHUB_REPOSITORY/actions/workflows/kistep-archive.yml/enable"
      - name: Verdict
        run: exit ${{ steps.crawl.outputs.code == '4' && '4' || '0' }}
"""
