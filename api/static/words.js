// The words of the chat page in its two languages.
export const WORDS = {
  "zh-CN": {
    site: "问江海", motto: "向江海区的报纸提问，每一句回答都有出处", label: "你的问题", send: "发送", stop: "停止",
    placeholder: "问一问江海区的事", other: "English", otherLang: "en", api: "API 说明", conversation: "对话",
    foot: "每一句回答都标明出处，点开即可核对原文。", hint: "Enter 发送，Shift+Enter 换行", home: "打开完整页面",
    fresh: "新对话", freshDone: "已开始新对话", samplesTitle: "可以这样问", you: "你问：",
    busy: "正在查找……", writing: (n) => `找到 ${n} 个段落，正在作答……`, answer: "回答", sources: "出处",
    passages: (n) => `相关段落 (${n})`, nearest: (n) => `最接近的段落 (${n})`,
    understood: (asked) => `理解为：${asked}`,
    noAnswer: "没有找到答案", noAnswerMore: "可以换个说法再问。",
    extractive: "原文摘录", written: "由语言模型根据原文撰写，逐句核对", sure: (share) => `文中有答案的把握：${share}%`,
    untitled: "（标题缺失）", undated: "刊期不详", unfold: "展开全文", headline: "标题", caption: "图片说明", also: "又见",
    source: (n) => `出处 ${n}`, event: (date) => `事发 ${date}`, page: (n) => `第 ${n} 页`, paragraph: (n) => `第 ${n} 段`,
    close: "关闭", read: "在原版面中阅读", loading: "正在取原文……", quoteOnly: "所引原文",
    fields: { publication: "报刊", published: "刊期", byline: "署名", event: "事发", page: "页", paragraph: "段落", file: "文件" },
    erratum: "勘误：", misprint: (printed, read) => `“${printed}”应为“${read}”`, again: "再试一次", without: "去掉筛选再问",
    stopped: "已停止。", noSources: "出处要随完整的回答才来；再试一次即可核对。", broken: "连接中断，回答不完整。", offline: "联系不上服务。问题还在，网络恢复后可以再试。",
    tooMany: (n) => `提问太频繁，请在 ${n} 秒后再试。`, tooManyOver: "现在可以再试了。",
    unready: "服务还没有准备好，请稍后再试。", refused: "服务没有接受这个问题。",
    codes: {
      invalid_request: "这个问题或所设的筛选有不合规定之处，请改一改再问。", too_large: "内容太长，服务没有接受；请缩短问题，或开始新对话。",
      not_ready: "服务还没有准备好，请稍后再试。",
    },
    internal: "服务出了错，没能完成回答。", long: (n) => `问题最多 1000 个字，现在是 ${n} 个，请缩短。`, count: (n) => `${n} / 1000`,
    waitFor: "请等这个回答结束，或先停止。",
    copy: "复制", copyPlain: "纯文本", copied: "已复制", copyFailed: "无法复制", copyQuestion: "问：", copyAnswer: "答：",
    judge: "这个回答有用吗？", verdicts: { up: "有用", down: "没用" }, whatWrong: "哪里不对？", comment: "补充（可不填）", sendVerdict: "提交评价",
    reasons: {
      wrong: "答案不对", "not-answered-though-there": "报上有，却没有答出来", "not-relevant": "不相关", incomplete: "不完整", outdated: "过时了", other: "其他",
    },
    whatIsKept: "会保存问题、回答、评价和日期，不记录你是谁；电话号码、证件号、卡号、邮箱、车牌先抹去。",
    thanks: (verdict) => `已收到你的评价：${verdict}。谢谢！`, takeBack: "撤回", takenBack: "已撤回，评价已删除。",
    notJudged: {
      busy: (n) => `评价太频繁，请在 ${n} 秒后再试。`, offline: "联系不上服务，请稍后再试。", feedback_off: "这里现在不收评价。",
      feedback_full: "评价已存满，没有收下这一条。", internal: "服务没有办成，请稍后再试。",
    },
    filter: "筛选", filterTitle: "在哪里查找", documents: "文件", period: "刊期", from: "从", to: "到",
    dateHint: "年、年-月或年-月-日，如 2023、2023-07、2023-07-24", badDate: "请写成 2023、2023-07 或 2023-07-24",
    badOrder: "“从”应不晚于“到”", withUndated: "也包括刊期不详的文件", apply: "应用", clear: "清除", find: "查找文件",
    noDocuments: "资料库里还没有文件。", documentsOffline: "取不到文件列表。", chosen: (n) => `${n} 份文件`, drop: "去掉筛选：",
    since: (date) => `${date}起`, until: (date) => `至${date}`, between: (a, b) => `${a}至${b}`, scope: "范围：",
    samples: ["江海区社区党建学院第一批聘了多少名培训教师？", "江海区的“国字号”招牌有哪些？", "区里要打造哪些文旅新地标？"],
  },
  en: {
    site: "Ask Jianghai", motto: "Ask the district’s paper: every sentence has its source", label: "Your question",
    send: "Send", stop: "Stop", placeholder: "Ask about Jianghai", other: "中文", otherLang: "zh-CN", api: "About the API",
    conversation: "Conversation", foot: "Every sentence names its source; open it to check the original words.",
    hint: "Enter sends, Shift+Enter breaks the line", home: "Open the full page",
    fresh: "New conversation", freshDone: "A new conversation has begun", samplesTitle: "For example", you: "You asked: ",
    busy: "Searching…", writing: (n) => `${n} passages found, writing the answer…`, answer: "Answer", sources: "Sources",
    passages: (n) => `Passages (${n})`, nearest: (n) => `The nearest passages (${n})`,
    understood: (asked) => `Understood as: ${asked}`,
    noAnswer: "No answer found", noAnswerMore: "Other words may find more.",
    extractive: "Quoted from the newspaper", written: "Written by a language model from the newspaper, each sentence checked",
    sure: (share) => `Likelihood that the pages hold the answer: ${share}%`,
    untitled: "(headline lost)", undated: "date unknown", unfold: "Show all", headline: "headline", caption: "caption", also: "Also in",
    source: (n) => `Source ${n}`, event: (date) => `event ${date}`, page: (n) => `p. ${n}`, paragraph: (n) => `paragraph ${n}`,
    close: "Close", read: "Read it on the page", loading: "Fetching the text…", quoteOnly: "The cited words",
    fields: { publication: "Newspaper", published: "Published", byline: "Byline", event: "Event", page: "Page", paragraph: "Paragraph", file: "File" },
    erratum: "Correction: ", misprint: (printed, read) => `printed ${printed}, should read ${read}`, again: "Try again", without: "Ask without the filter",
    stopped: "Stopped.", noSources: " Sources come only with the whole answer; try again to check it.",
    broken: "The connection broke off; this answer is incomplete.",
    offline: "The service cannot be reached. Your question is kept; try again when you are back online.",
    tooMany: (n) => `Too many questions; try again in ${n} s.`, tooManyOver: "You can try again now.",
    unready: "The service is not ready yet; please try again later.", refused: "The service did not take this question.",
    codes: {
      invalid_request: "Something in this question or its filter is not allowed; please change it and ask again.",
      too_large: "This is too long for the service; please shorten the question, or begin a new conversation.",
      not_ready: "The service is not ready yet; please try again later.",
    },
    internal: "The service failed and could not finish the answer.",
    long: (n) => `A question has at most 1000 characters; this one has ${n}. Please shorten it.`, count: (n) => `${n} / 1000`,
    waitFor: "Please wait for this answer, or stop it first.",
    copy: "Copy", copyPlain: "Plain text", copied: "Copied", copyFailed: "Could not copy", copyQuestion: "Q: ", copyAnswer: "A: ",
    judge: "Was this of use?", verdicts: { up: "Yes", down: "No" }, whatWrong: "What was wrong?", comment: "More (optional)", sendVerdict: "Send",
    reasons: {
      wrong: "wrong", "not-answered-though-there": "the paper says it, but it was not found", "not-relevant": "beside the point",
      incomplete: "incomplete", outdated: "out of date", other: "something else",
    },
    whatIsKept: "Question, answer, verdict and date are kept, not who you are; telephone, card and identity numbers, e-mail addresses and number plates are masked.",
    thanks: (verdict) => `Your verdict was received: ${verdict}. Thank you!`, takeBack: "Take back", takenBack: "Taken back and deleted.",
    notJudged: {
      busy: (n) => `Too many verdicts; try again in ${n} s.`, offline: "The service cannot be reached; try again later.",
      feedback_off: "No verdicts are taken here now.", feedback_full: "There is no room for more verdicts.",
      internal: "The service could not do that; try again later.",
    },
    filter: "Filter", filterTitle: "Where to look", documents: "Documents", period: "Date of publication", from: "From", to: "To",
    dateHint: "Year, year-month or year-month-day: 2023, 2023-07, 2023-07-24", badDate: "Please write 2023, 2023-07 or 2023-07-24",
    badOrder: "“From” must not be after “To”", withUndated: "Include documents without a date", apply: "Apply", clear: "Clear",
    find: "Find a document", noDocuments: "The library holds no documents yet.", documentsOffline: "The list of documents cannot be reached.",
    chosen: (n) => (n === 1 ? "1 document" : `${n} documents`), drop: "Remove the filter: ",
    since: (date) => `since ${date}`, until: (date) => `until ${date}`, between: (a, b) => `${a} to ${b}`, scope: "Within: ",
    samples: [
      "How many trainers did the community Party-building college appoint first?",
      "What new landmarks for culture and tourism are planned?",
      "Which leagues and sports events are held in Jianghai?",
    ],
  },
};

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

// 2023-07 is 2023年7月 or July 2023; a partial date says no more than is known.
export function dateText(partial, lang) {
  if (!partial) return WORDS[lang].undated;
  const parts = partial.split("-").map(Number);
  if (lang !== "en") return parts.map((part, place) => part + "年月日"[place]).join("");
  return [parts[2], MONTHS[parts[1] - 1], parts[0]].filter(Boolean).join(" ");
}
