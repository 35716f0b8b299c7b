"""Everything that can go wrong, in one small tree; each message says what was found, what was expected and what to do next.

    QAError
    ├── InvalidRequest          a question, option or filter that cannot be served
    ├── NotFound                no such document or passage
    ├── Conflict                the content already belongs to another document
    ├── UnreadableDocument      bytes that cannot be decoded to text, or hold none
    │   └── DocumentTooLarge
    ├── UnsupportedForm         a form of file that no converter here reads
    ├── SettingsError           a setting with an impossible value
    ├── TestQueryError          faults in a list of test questions, all of them at once
    ├── LibraryError
    │   ├── LibraryMissing
    │   ├── LibraryDamaged      never repaired silently
    │   │   └── DraftsDamaged   the file of drafts and judgements beside it
    │   ├── LibraryTooNew       written by a newer version
    │   │   └── DraftsTooNew
    │   ├── LibraryOld          written by an older version, to be migrated
    │   ├── LibraryReadOnly
    │   ├── DiskFull
    │   └── LibraryBusy         another process is writing
    ├── FeedbackError
    │   ├── FeedbackFull        no more is taken
    │   └── FeedbackUnreadable  damaged, or written by a newer version; never emptied silently
    ├── LanguageModelError      the language model's endpoint gave no reply that can be used
    │   └── LanguageModelRefused    it refuses this request, another may do
    └── IndexError_
        ├── IndexMissing
        ├── IndexStale          built from an older state of the library, or by another encoder
        └── IndexDamaged

`code` is the machine-readable name that the HTTP API shows. The command line catches `QAError` once: message on stderr,
exit code 2.
"""

from __future__ import annotations


class QAError(Exception):
    """Base of all faults that a user can be told about."""

    code = "error"


class InvalidRequest(QAError):
    code = "invalid_request"


class NotFound(QAError):
    code = "not_found"


class Conflict(QAError):
    code = "conflict"


class UnreadableDocument(QAError):
    code = "unreadable_document"


class DocumentTooLarge(UnreadableDocument):
    code = "too_large"


class UnsupportedForm(QAError):
    code = "unsupported_media_type"


class SettingsError(QAError):
    code = "invalid_setting"


class TestQueryError(QAError):
    code = "invalid_test_queries"
    __test__ = False  # the name begins as pytest's test classes do


class LibraryError(QAError):
    code = "library_error"


class LibraryMissing(LibraryError):
    code = "library_missing"


class LibraryDamaged(LibraryError):
    code = "library_damaged"


class DraftsDamaged(LibraryDamaged):
    code = "drafts_damaged"


class LibraryTooNew(LibraryError):
    code = "library_too_new"


class DraftsTooNew(LibraryTooNew):
    code = "drafts_too_new"


class LibraryOld(LibraryError):
    code = "library_old"


class LibraryReadOnly(LibraryError):
    code = "read_only"


class DiskFull(LibraryError):
    code = "disk_full"


class LibraryBusy(LibraryError):
    code = "library_busy"


class FeedbackError(QAError):
    code = "feedback_error"


class FeedbackFull(FeedbackError):
    code = "feedback_full"


class FeedbackUnreadable(FeedbackError):
    code = "feedback_unreadable"


class LanguageModelError(QAError):
    code = "language_model_error"


class LanguageModelRefused(LanguageModelError):
    code = "language_model_refused"


class IndexError_(QAError):
    code = "index_error"


class IndexMissing(IndexError_):
    code = "index_missing"


class IndexStale(IndexError_):
    code = "index_stale"


class IndexDamaged(IndexError_):
    code = "index_damaged"
